import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import { ConfigError, expandVariables } from '../pods/environment.ts';
import type { Bind } from './mount-tree.ts';
import type { Volume } from '../volumes/volume.ts';

/**
 * The binds for a container's volumeMounts, outer ones before those within them.
 *
 * @param env for the variables in subPathExpr
 * @throws ConfigError for a subPath that would leave its volume
 */
export async function volumeBinds(
  container: V1Container,
  volumes: ReadonlyMap<string, Volume>,
  env: Readonly<Record<string, string>>,
): Promise<Bind[]> {
  const binds: Bind[] = [];
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
    // A subPath that does not exist becomes a folder.
    if (volume.writable && !existsSync(source)) await mkdir(source, { recursive: true });
    binds.push({
      source,
      target: normalize(mount.mountPath).replace(/(.)\/$/, '$1'),
      readOnly: !volume.writable || mount.readOnly === true,
    });
  }
  const depth = ({ target }: Bind) => target.split('/').length;
  return binds.sort((a, b) => depth(a) - depth(b));
}
