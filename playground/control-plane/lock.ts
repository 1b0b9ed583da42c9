import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { PlaygroundError } from '../playground-error.ts';

/** A claim on a state folder. */
export interface Lock {
  release(): void;
}

/**
 * Claims a state folder for this process. The claim is a socket in Linux's abstract namespace, so
 * it ends with the process however that ends, and nothing stale can be left.
 *
 * @param folder an existing folder
 * @throws PlaygroundError if another process has it, with that one's process id
 */
export async function lockState(folder: string): Promise<Lock> {
  const id = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  const path = `\0bitcoin-controller/playground/${id}`;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(String(process.pid));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') {
        reject(error);
        return;
      }
      void holderOf(path).then((pid) => {
        reject(
          new PlaygroundError(
            `a playground already runs on ${folder} (process ${pid}): use it, stop it with Ctrl-C or kill ${pid}, or choose another state with --state DIR and another port with --port PORT`,
          ),
        );
      });
    });
    server.listen(path, () => {
      server.unref();
      resolve({
        release: () => {
          server.close();
        },
      });
    });
  });
}

/** The process id that a lock's holder tells. */
async function holderOf(path: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path);
    socket.setEncoding('utf8').setTimeout(1000, () => socket.destroy());
    socket.on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(answer === '' ? 'unknown' : answer);
    });
  });
}
