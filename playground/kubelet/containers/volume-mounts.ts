import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import { ConfigError, expandVariables } from '../references/environment.ts';
import type { Mount } from '../runtime/runtime.ts';
import type { Volume } from '../volumes/volume.ts';

/**
 * The mounts for a container's volumeMounts. A mount follows the mount that contains it.
 *
 * @param env the variables in subPathExpr
 * @throws ConfigError for a subPath that leaves its volume
 */
export async function volumeMounts(
  container: V1Container,
  volumes: ReadonlyMap<string, Volume>,
  env: Readonly<Record<string, string>>,
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = volumes.get(mount.name);
    if (!volume) throw new ConfigError(`volume "${mount.name}" not found`);
    const subPath = normalize(mount.subPath ?? expandVariables(mount.subPathExpr ?? '', env));
    if (subPath.startsWith('..') || subPath.startsWith('/')) {
      throw new ConfigError(
        `failed to prepare subPath for volumeMount "${mount.name}" of container "${container.name}"`,
      );
    }
    const source = join(volume.path, subPath);
    // As in a kubelet, a missing subPath becomes a folder.
    if (volume.writable && !existsSync(source)) await mkdir(source, { recursive: true });
    mounts.push({
      source,
      target: normalize(mount.mountPath).replace(/(.)\/$/, '$1'),
      readOnly: !volume.writable || mount.readOnly === true,
    });
  }
  const depth = ({ target }: Mount) => target.split('/').length;
  return mounts.sort((a, b) => depth(a) - depth(b));
}
