import { lstat, mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RootSpec } from '../runtime/runtime.ts';
import type { HostMounts } from './host-mounts.ts';
import { MountTree, fstabLine } from './mount-tree.ts';

/** Read-only parts of the host's /etc that its programs need. */
const hostEtc = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/ld.so.cache',
  '/etc/pki',
  '/etc/ssl',
];
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
const deviceLinks = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
};
/** Where sandbox.sh mounts the machine's root until it unmounts it. */
const oldRoot = '.old';

const etc: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n',
  group: 'root:x:0:\nnogroup:x:65534:\n',
  // Only /etc/hosts resolves names: a query for a pod that does not exist yet must fail at once and
  // must not leave the machine.
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  'resolv.conf': 'options timeout:1 attempts:1\n',
};

/**
 * Creates the folder `root` in `scratch`, which becomes a container's root, and the list of its
 * mounts, `fstab` (see fstab(5)).
 *
 * @param scratch an empty folder, used by this start of the container only
 */
export async function createRoot(scratch: string, spec: RootSpec, host: HostMounts): Promise<void> {
  const tree = new MountTree(scratch, { readOnly: spec.readOnly });
  await mkdir(tree.root, { recursive: true });
  for (const folder of [oldRoot, 'proc', 'dev/shm', 'root', 'run', 'tmp', 'usr', 'var/tmp']) {
    await mkdir(join(tree.root, folder), { recursive: true });
  }
  await tree.link('/var/run', '../run');
  for (const [name, to] of Object.entries(deviceLinks)) await tree.link(`/dev/${name}`, to);
  for (const [name, content] of Object.entries(etc)) await tree.file(`/etc/${name}`, content);
  await tree.file('/etc/hostname', `${spec.hostname}\n`);

  await bindPrograms(tree, join(scratch, 'local'));
  for (const device of devices) await bindIfPresent(tree, `/dev/${device}`, false);
  for (const path of hostEtc) await bindIfPresent(tree, path, true);
  await tree.bind({ source: spec.hostsFile, target: '/etc/hosts', readOnly: true }, false);
  for (const mount of spec.imageMounts) await tree.bind(mount, false);
  for (const [path, to] of Object.entries(spec.links)) await tree.link(path, to);
  for (const mount of spec.mounts) await tree.bind(mount, !mount.readOnly);
  await tree.folder(spec.workingDir);

  const special =
    fstabLine('tmpfs', join(tree.root, 'dev/shm'), 'tmpfs', ['nosuid', 'nodev', 'mode=1777']) +
    fstabLine('proc', join(tree.root, 'proc'), 'proc', ['nosuid', 'nodev', 'noexec']);
  await writeFile(join(scratch, 'fstab'), tree.fstab(host) + special);
}

/** Mounts the host's programs and libraries, except those in /usr/local. */
async function bindPrograms(tree: MountTree, local: string): Promise<void> {
  await tree.bind({ source: '/usr', target: '/usr', readOnly: true }, false);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const stat = await lstat(`/${name}`).catch(() => undefined);
    if (stat?.isSymbolicLink()) await tree.link(`/${name}`, await readlink(`/${name}`));
    else if (stat) await bindIfPresent(tree, `/${name}`, true);
  }
  for (const name of ['bin', 'lib', 'sbin', 'share']) {
    await mkdir(join(local, name), { recursive: true });
  }
  await tree.bind({ source: local, target: '/usr/local', readOnly: true }, true);
}

async function bindIfPresent(tree: MountTree, path: string, readOnly: boolean): Promise<void> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat) await tree.bind({ source: path, target: path, readOnly }, false);
}
