import type { ChildProcess } from 'node:child_process';
import type { WebSocket } from 'ws';
import type { RunningContainer } from '../runtime/runtime.ts';

/** The channels of the subprotocol: the first byte of each message. */
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 };

export const execProtocol = 'v5.channel.k8s.io';

export interface ExecRequest {
  readonly argv: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** The program's output pauses while this number of bytes is unsent. */
const maxBuffered = 1024 * 1024;

export function parseExecRequest(parameters: URLSearchParams): ExecRequest {
  const flag = (name: string) => ['1', 'true'].includes(parameters.get(name) ?? '');
  return {
    argv: parameters.getAll('command'),
    stdin: flag('input'),
    stdout: flag('output'),
    stderr: flag('error'),
    tty: flag('tty'),
  };
}

/** Runs a program in a container for `kubectl exec`, and kills it when the client disconnects. */
export function serveExec(
  socket: WebSocket,
  container: RunningContainer,
  request: ExecRequest,
): void {
  const child = container.enter(request.argv, [request.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe']);
  if (request.stdout) pipeOut(socket, child, 'stdout');
  else child.stdout!.resume();
  if (request.stderr) pipeOut(socket, child, 'stderr');
  else child.stderr!.resume();
  // The program may exit before it has read all of its input.
  child.stdin?.on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    if (data[0] === channel.stdin) child.stdin?.write(data.subarray(1));
    else if (data[0] === channel.close && data[1] === channel.stdin) child.stdin?.end();
  });
  child.on('error', (error) => {
    endExec(socket, failure(`failed to run the command: ${error.message}`));
  });
  child.on('close', (code, signal) => {
    endExec(socket, exitStatus(code ?? (signal === null ? 255 : 137)));
  });
  socket.on('close', () => {
    child.kill('SIGKILL');
  });
}

/** Sends the Status that ends a session, and closes the connection. */
export function endExec(socket: WebSocket, status: object): void {
  socket.send(message(channel.error, Buffer.from(JSON.stringify(status))));
  socket.close(1000);
}

export function failure(text: string): object {
  return { metadata: {}, status: 'Failure', reason: 'InternalError', message: text, code: 500 };
}

function exitStatus(code: number): object {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

function pipeOut(socket: WebSocket, child: ChildProcess, name: 'stdout' | 'stderr'): void {
  const stream = child[name]!;
  stream.on('data', (chunk: Buffer) => {
    socket.send(message(channel[name], chunk), () => {
      if (stream.isPaused() && socket.bufferedAmount < maxBuffered) stream.resume();
    });
    if (socket.bufferedAmount > maxBuffered) stream.pause();
  });
}

function message(channel: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([channel]), content]);
}
