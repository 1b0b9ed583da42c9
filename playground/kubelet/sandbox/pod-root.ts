import { lstat, mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostMounts } from './host-mounts.ts';
import type { Image } from '../containers/image-table.ts';
import { MountTree, fstabLine, type Bind } from './mount-tree.ts';

/** What one start of a container sees as its file system. */
export interface PodRootSpec {
  readonly image: Image;
  readonly readOnly: boolean;
  readonly workingDir: string;
  readonly hostname: string;
  /** The pod's /etc/hosts on the host: bound, so that rewriting it in place shows in the pod. */
  readonly hostsFile: string;
  /** Volumes and the like; a bind within another comes after it. */
  readonly binds: readonly Bind[];
}

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
/** Where sandbox.sh puts the machine's root until it takes it away. */
const oldRoot = '.old';

const etc: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n',
  group: 'root:x:0:\nnogroup:x:65534:\n',
  // Names are those of /etc/hosts: a query for a pod that is not there yet must fail at once and
  // never leave the machine.
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  'resolv.conf': 'options timeout:1 attempts:1\n',
};

/**
 * Makes the folder that becomes a container's root, and the table of what to mount on it: `root`
 * and `fstab` (fstab(5)) in `scratch`.
 *
 * @param scratch an empty folder, used by this start of the container only
 */
export async function makePodRoot(
  scratch: string,
  spec: PodRootSpec,
  host: HostMounts,
): Promise<void> {
  const tree = new MountTree(scratch, { readOnly: spec.readOnly });
  await mkdir(tree.root, { recursive: true });
  for (const folder of [oldRoot, 'proc', 'dev/shm', 'root', 'run', 'tmp', 'usr', 'var/tmp']) {
    await mkdir(join(tree.root, folder), { recursive: true });
  }
  await tree.link('/var/run', '../run');
  for (const [name, to] of Object.entries(deviceLinks)) await tree.link(`/dev/${name}`, to);
  for (const [name, content] of Object.entries(etc)) await tree.file(`/etc/${name}`, content);
  await tree.file('/etc/hostname', `${spec.hostname}\n`);

  await showPrograms(tree, join(scratch, 'local'));
  for (const device of devices) await bindIfThere(tree, `/dev/${device}`, false);
  for (const path of hostEtc) await bindIfThere(tree, path, true);
  await tree.bind({ source: spec.hostsFile, target: '/etc/hosts', readOnly: true }, false);
  for (const bind of spec.image.binds) await tree.bind(bind, false);
  for (const [path, to] of Object.entries(spec.image.links)) await tree.link(path, to);
  for (const bind of spec.binds) await tree.bind(bind, !bind.readOnly);
  await tree.folder(spec.workingDir);

  const special =
    fstabLine('tmpfs', join(tree.root, 'dev/shm'), 'tmpfs', ['nosuid', 'nodev', 'mode=1777']) +
    fstabLine('proc', join(tree.root, 'proc'), 'proc', ['nosuid', 'nodev', 'noexec']);
  await writeFile(join(scratch, 'fstab'), tree.fstab(host) + special);
}

/** Programs and libraries are the host's, without those that were put into /usr/local. */
async function showPrograms(tree: MountTree, local: string): Promise<void> {
  await tree.bind({ source: '/usr', target: '/usr', readOnly: true }, false);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const stat = await lstat(`/${name}`).catch(() => undefined);
    if (stat?.isSymbolicLink()) await tree.link(`/${name}`, await readlink(`/${name}`));
    else if (stat) await bindIfThere(tree, `/${name}`, true);
  }
  for (const name of ['bin', 'lib', 'sbin', 'share']) {
    await mkdir(join(local, name), { recursive: true });
  }
  await tree.bind({ source: local, target: '/usr/local', readOnly: true }, true);
}

async function bindIfThere(tree: MountTree, path: string, readOnly: boolean): Promise<void> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat) await tree.bind({ source: path, target: path, readOnly }, false);
}
