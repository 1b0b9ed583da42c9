import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PlaygroundError } from '../playground-error.ts';

/** Milliseconds that the servers of a killed playground get to let go of a port. */
const patience = 2_000;

/**
 * A port of 127.0.0.1 that a server can listen on.
 *
 * @param wanted the port; 0 for any that is free
 * @throws PlaygroundError if it is taken
 */
export async function freePort(wanted: number): Promise<number> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      return await tryPort(wanted);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EADDRINUSE' && performance.now() < deadline) {
        await delay(50);
      } else if (code === 'EADDRINUSE') {
        throw new PlaygroundError(
          `port ${wanted} of 127.0.0.1 is taken by another program: choose another with --port PORT`,
          { cause: error },
        );
      } else if (code === 'EACCES') {
        throw new PlaygroundError(`port ${wanted} needs root: choose one above 1023 with --port`, {
          cause: error,
        });
      } else throw error;
    }
  }
}

async function tryPort(wanted: number): Promise<number> {
  const server = createServer();
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
