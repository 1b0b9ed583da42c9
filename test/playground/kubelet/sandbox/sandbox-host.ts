/** Starts a container in a given folder, prints the ids of its two processes, and waits. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostMounts } from '../../../../playground/kubelet/sandbox/host-mounts.ts';
import { createRoot } from '../../../../playground/kubelet/sandbox/root.ts';
import { SandboxProcess } from '../../../../playground/kubelet/sandbox/sandbox-process.ts';
import { findTools } from '../../../../playground/kubelet/sandbox/tools.ts';
import { mkdir } from 'node:fs/promises';

const folder = process.argv[2]!;
const scratch = join(folder, 'killed');
await mkdir(scratch);
const hostname = 'alice-0';
const workingDir = '/';
const hostsFile = join(folder, 'hosts');
const paths = { imageMounts: [], links: {}, mounts: [], hostsFile };
const spec = { ...paths, readOnly: true, workingDir, hostname };
await createRoot(scratch, spec, HostMounts.read());
const container = await SandboxProcess.start(
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
