import type { V1ProjectedVolumeSource } from '@kubernetes/client-node';
import type { VolumeContext } from './volume.ts';
import { dataFiles } from './data-object.ts';
import { downwardFiles } from './downward-api.ts';
import { VolumeError, type PayloadFile } from './payload.ts';

/** What a kubelet gives a token that asks for no other life, in seconds. */
const tokenSeconds = 3600;

/** Files of several sources in one volume. */
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
      throw new VolumeError('this node cannot project one of the sources');
    }
    for (const [path, file] of added) files.set(path, file);
  }
  return files;
}
