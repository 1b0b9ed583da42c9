import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { PlaygroundError } from '../../../playground/playground-error.ts';
import { Server, type ServerOptions } from '../../../playground/control-plane/server.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();

function shell(script: string): ServerOptions {
  const log = join(folder(), 'server.log');
  return { name: 'thing', file: 'sh', args: ['-c', script], env: process.env, log };
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Waits for a condition until the test times out. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(5);
}

test('a server that exits is a failure with the last lines of its log', async () => {
  const server = Server.start(shell('seq 1 30; echo out of luck >&2; exit 3'));
  const failure = await server.failed.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PlaygroundError);
  const { message } = failure as PlaygroundError;
  expect(message).toContain(
    `thing exited unexpectedly (exit code 3). The last lines of ${folder()}`,
  );
  expect(message).toMatch(/30\nout of luck$/);
  expect(message).not.toMatch(/^5$/m);
  await server.stop(1000);
});

test('a program that does not exist is a failure', async () => {
  const server = Server.start({ ...shell(''), file: '/no/such/program' });
  await expect(server.failed).rejects.toThrow('/no/such/program');
});

test('a server that is stopped is not a failure', async () => {
  const server = Server.start(
    shell('trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.01; done'),
  );
  const log = (): Promise<string> => readFile(join(folder(), 'server.log'), 'utf8');
  await until(async () => (await log()) === 'up\n');
  await server.stop(10_000);
  expect(await log()).toBe('up\nbye\n');
  const settled = await Promise.race([server.failed, Promise.resolve('no failure')]);
  expect(settled).toBe('no failure');
});

test('a server that ignores SIGTERM is killed', async () => {
  const server = Server.start(shell('trap "" TERM; echo up; while :; do sleep 0.01; done'));
  await until(async () => (await readFile(join(folder(), 'server.log'), 'utf8')) !== '');
  await server.stop(50);
  expect(runs(server.pid!)).toBe(false);
});

test('a Node.js program receives a message and replies', async () => {
  const script = 'process.once("message", (m) => { console.log(m.text); process.send("up"); });';
  const args = ['-e', script];
  const server = Server.start({ ...shell(''), file: process.execPath, args, ipc: true });
  await server.ask({ text: 'hello' });
  expect(await readFile(join(folder(), 'server.log'), 'utf8')).toBe('hello\n');
  await server.stop(0);
});

test('a server that exits before it replies is a failure', async () => {
  const args = ['-e', 'process.once("message", () => process.exit(4))'];
  const server = Server.start({ ...shell(''), file: process.execPath, args, ipc: true });
  await expect(server.ask({})).rejects.toThrow('thing exited unexpectedly (exit code 4)');
});

test('a server does not outlive the process that started it, even if that is killed', async () => {
  const module = join(import.meta.dirname, '../../../playground/control-plane/server.ts');
  const parent = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `import { Server } from ${JSON.stringify(module)};
       const server = Server.start(${JSON.stringify({ ...shell('echo up; exec sleep 600'), env: { PATH: process.env.PATH } })});
       console.log(server.pid);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  const pid = Number(line);
  await until(async () => (await readFile(join(folder(), 'server.log'), 'utf8')) === 'up\n');
  parent.kill('SIGKILL');
  await until(() => !runs(pid));
});
