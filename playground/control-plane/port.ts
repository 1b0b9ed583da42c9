import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PlaygroundError } from '../playground-error.ts';

/** Milliseconds to wait until the servers of a killed playground have released a port. */
const timeout = 2_000;

/**
 * Returns a free port on 127.0.0.1.
 *
 * @param wanted the port; 0 selects any free port
 * @throws PlaygroundError if the port is in use or requires root
 */
export async function freePort(wanted: number): Promise<number> {
  const deadline = performance.now() + timeout;
  for (;;) {
    try {
      return await tryPort(wanted);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EADDRINUSE' && performance.now() < deadline) {
        await delay(50);
      } else if (code === 'EADDRINUSE') {
        throw new PlaygroundError(
          `port ${wanted} on 127.0.0.1 is in use: choose another port with --port PORT`,
          { cause: error },
        );
      } else if (code === 'EACCES') {
        throw new PlaygroundError(
          `port ${wanted} requires root: choose a port above 1023 with --port PORT`,
          {
            cause: error,
          },
        );
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
