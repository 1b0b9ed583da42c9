import type { V1ProjectedVolumeSource } from '@kubernetes/client-node';
import type { VolumeContext } from './volume-context.ts';
import { dataFiles } from './data-object.ts';
import { downwardFiles } from './downward-api.ts';
import { VolumeError, type PayloadFile } from './payload.ts';

/** The default lifetime of a projected token, in seconds. */
const tokenSeconds = 3600;

/** The files of a projected volume. Of several files with one path, the last source wins. */
export async function projectedFiles(
  volume: V1ProjectedVolumeSource,
  context: VolumeContext,
): Promise<Map<string, PayloadFile>> {
  const { facts, lookup, tokens } = context;
  const { namespace } = facts.pod.metadata;
  const defaultMode = volume.defaultMode ?? 0o644;
  const files = new Map<string, PayloadFile>();
  for (const projection of volume.sources ?? []) {
    const { secret, configMap, downwardAPI, serviceAccountToken } = projection;
    let added: Map<string, PayloadFile>;
    if (serviceAccountToken) {
      const { audience = '', expirationSeconds = tokenSeconds, path } = serviceAccountToken;
      const token = await tokens.token(facts.pod, audience, expirationSeconds);
      added = new Map([[path, { content: Buffer.from(token), mode: defaultMode }]]);
    } else if (downwardAPI) {
      added = downwardFiles(downwardAPI.items ?? [], facts, defaultMode);
    } else if (secret) {
      const { name = '', items, optional } = secret;
      added = dataFiles({ kind: 'Secret', namespace, name, items, optional, defaultMode }, lookup);
    } else if (configMap) {
      const { name = '', items, optional } = configMap;
      const source = { kind: 'ConfigMap' as const, namespace, name, items, optional, defaultMode };
      added = dataFiles(source, lookup);
    } else {
      throw new VolumeError(
        'the playground projects only secret, configMap, downwardAPI and serviceAccountToken sources',
      );
    }
    for (const [path, file] of added) files.set(path, file);
  }
  return files;
}
