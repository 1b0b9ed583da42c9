/** Starts a container in the folder given, prints the ids of its two processes, and waits. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostMounts } from '../../../../playground/kubelet/sandbox/host-mounts.ts';
import { ContainerProcess } from '../../../../playground/kubelet/containers/container-process.ts';
import { makePodRoot } from '../../../../playground/kubelet/sandbox/pod-root.ts';
import { findTools } from '../../../../playground/kubelet/sandbox/tools.ts';
import { mkdir } from 'node:fs/promises';

const folder = process.argv[2]!;
const scratch = join(folder, 'killed');
await mkdir(scratch);
const image = { binds: [], links: {}, entrypoint: [], command: [], env: {}, workingDir: '/' };
const hostname = 'alice-0';
const workingDir = '/';
const hostsFile = join(folder, 'hosts');
const spec = { image, readOnly: true, workingDir, hostname, hostsFile, binds: [] };
await makePodRoot(scratch, spec, HostMounts.read());
const container = await ContainerProcess.start(
  findTools(),
  {
    scratch,
    hostname,
    workingDir,
    argv: ['sh', '-c', 'trap : TERM; sleep 60 & wait'],
    env: { PATH: '/bin' },
  },
  (stdout, stderr) => {
    stdout.resume();
    stderr.resume();
  },
);
const unshare = /PPid:\s*(\d+)/.exec(readFileSync(`/proc/${container.pid}/status`, 'utf8'))![1]!;
console.log(`${container.pid} ${unshare}`);
await container.exited;
