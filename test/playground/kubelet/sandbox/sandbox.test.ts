import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { exec } from '../../../../playground/kubelet/runtime/exec.ts';
import { HostMounts } from '../../../../playground/kubelet/sandbox/host-mounts.ts';
import { overwrite } from '../../../../playground/kubelet/pods/hosts-file.ts';
import type {
  RunningContainer,
  StartRequest,
} from '../../../../playground/kubelet/runtime/runtime.ts';
import { SandboxRuntime } from '../../../../playground/kubelet/sandbox/sandbox-runtime.ts';
import { findTools } from '../../../../playground/kubelet/sandbox/tools.ts';

let folder: string;
let running: RunningContainer[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  await writeFile(join(folder, 'hosts'), 'first\n');
  await mkdir(join(folder, 'volume'));
  await writeFile(join(folder, 'volume/file'), 'content\n', { mode: 0o755 });
  running = [];
});
afterEach(async () => {
  for (const container of running) container.kill('SIGKILL');
  await Promise.all(running.map(({ exited }) => exited));
  await rm(folder, { recursive: true });
});

async function start(argv: string[], changes: Partial<StartRequest> = {}) {
  let output: Promise<[string, string]> | undefined;
  const container = await new SandboxRuntime(findTools(), HostMounts.read()).start({
    imageMounts: [],
    links: { '/opt/tool': '/bin/echo' },
    readOnly: true,
    workingDir: '/work',
    hostname: 'alice-0',
    hostsFile: join(folder, 'hosts'),
    mounts: [
      { source: join(folder, 'volume'), target: '/data', readOnly: false },
      { source: join(folder, 'volume/file'), target: '/bitcoin.conf', readOnly: true },
      { source: join(folder, 'volume/file'), target: '/usr/local/bin/tool', readOnly: true },
      { source: join(folder, 'volume/file'), target: '/usr/share/deep/er/file', readOnly: true },
    ],
    scratch: join(folder, 'scratch'),
    argv,
    env: { PATH: '/usr/bin:/bin' },
    onOutput: (stdout, stderr) => {
      output = Promise.all([text(stdout), text(stderr)]);
    },
    ...changes,
  });
  running.push(container);
  return { container, output: () => output! };
}

async function run(script: string, changes: Partial<StartRequest> = {}): Promise<string> {
  const { container, output } = await start(['sh', '-c', script], changes);
  await container.exited;
  return (await output()).join('').trim();
}

test('runs as the only process, as process 1, in its working directory, with its host name', async () => {
  expect(await run('set -- /proc/[0-9]*; echo $# $$; pwd; hostname')).toBe('1 1\n/work\nalice-0');
});

test('mounts files at paths that the host does not have, next to the files of the host', async () => {
  const script = 'cat /bitcoin.conf /usr/local/bin/tool /usr/share/deep/er/file; ls /usr/share';
  const lines = (await run(script)).split('\n');
  expect(lines.slice(0, 3)).toEqual(['content', 'content', 'content']);
  expect(lines).toEqual(expect.arrayContaining(['deep', 'doc']));
  expect(existsSync('/usr/share/deep')).toBe(false);
});

test('can write only to volumes if its root is read-only', async () => {
  const script =
    'for f in /x /tmp/x /usr/x /bitcoin.conf /data/x; do touch $f 2>/dev/null && echo $f; done';
  expect(await run(script)).toBe('/data/x');
  expect(await run(script, { readOnly: false })).toBe('/x\n/tmp/x\n/data/x');
});

test('has no capabilities', async () => {
  const script = 'grep CapEff /proc/self/status; mount -t tmpfs t /data || echo refused';
  expect(await run(script)).toMatch(/^CapEff:\s0+\nrefused\n/);
});

test('sees only the folders of the host that programs need', async () => {
  const shown = 'bin bitcoin.conf data dev etc lib lib64 opt proc root run sbin tmp usr var work';
  expect((await run('ls / | sort; ls -A /.old /home')).split(/\s+/).join(' ')).toBe(
    `${shown} /.old: ls: cannot access '/home': No such file or directory`,
  );
});

test('can open /dev/stdout and /dev/stderr', async () => {
  expect(await run('echo out >/dev/stdout; echo err >/dev/stderr')).toBe('out\nerr');
});

test('sees changes of its hosts file', async () => {
  const { container } = await start(['sleep', '60']);
  await overwrite(join(folder, 'hosts'), 'second\n');
  expect(await exec(container, ['cat', '/etc/hosts'], 5000)).toEqual({
    code: 0,
    output: 'second\n',
  });
});

test('runs further programs in the container and reports their exit codes', async () => {
  const { container } = await start(['sleep', '60']);
  const { code, output } = await exec(container, ['sh', '-c', 'pwd; hostname; exit 3'], 5000);
  expect([code, output]).toEqual([3, '/work\nalice-0\n']);
});

test('kills a program after the timeout even if its child holds the output open', async () => {
  const { container } = await start(['sleep', '60']);
  const { code } = await exec(container, ['sh', '-c', 'sleep 60; :'], 100);
  expect(code).toBeUndefined();
});

test('reports the signal that ended it as an exit code', async () => {
  const { container } = await start(['sleep', '60']);
  container.kill('SIGKILL');
  expect(await container.exited).toMatchObject({ code: 137 });
});

test('reports a program that does not exist', async () => {
  await expect(start(['no-such-program'])).rejects.toThrow(
    'exec: "no-such-program": executable file not found in $PATH',
  );
});

test('does not outlive the process that started it', async () => {
  const host = new URL('./sandbox-host.ts', import.meta.url).pathname;
  const parent = spawn(process.execPath, [host, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids: number[] = [];
  for await (const line of createInterface(parent.stdout)) {
    pids.push(...line.split(' ').map(Number));
    break;
  }
  expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toHaveLength(2);
  parent.kill('SIGKILL');
  const deadline = Date.now() + 5000;
  while (pids.some(isAlive) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(pids.filter(isAlive)).toEqual([]);
});

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
