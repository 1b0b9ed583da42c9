import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { PlaygroundError } from '../playground-error.ts';

/** An exclusive lock on a state folder. */
export interface Lock {
  release(): void;
}

/**
 * Locks a state folder for this process. The lock is a socket in Linux's abstract namespace, which
 * the kernel removes with the process, so a lock cannot become stale.
 *
 * @param folder an existing folder
 * @throws PlaygroundError with the process id of the holder if another process holds the lock
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
            `another playground (process ${pid}) uses the state folder ${folder}: stop it with Ctrl-C or kill ${pid}, or choose another --state DIR and --port PORT`,
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

/** The process id of a lock's holder. */
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
