import type { DataKind, Pod } from '../api/pod.ts';
import { volumeReferences } from '../volumes/volume.ts';

/** The kinds and names of all Secrets and ConfigMaps that a pod refers to, without duplicates. */
export function podReferences({ spec }: Pod): [DataKind, string][] {
  const references = (spec.volumes ?? []).flatMap(volumeReferences);
  for (const { env = [], envFrom = [] } of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const { valueFrom } of env) {
      if (valueFrom?.secretKeyRef) references.push(['Secret', valueFrom.secretKeyRef.name ?? '']);
      if (valueFrom?.configMapKeyRef) {
        references.push(['ConfigMap', valueFrom.configMapKeyRef.name ?? '']);
      }
    }
    for (const { secretRef, configMapRef } of envFrom) {
      if (secretRef) references.push(['Secret', secretRef.name ?? '']);
      if (configMapRef) references.push(['ConfigMap', configMapRef.name ?? '']);
    }
  }
  return [...new Map(references.map((reference) => [reference.join('/'), reference])).values()];
}
