import type { DataKind } from '../object-cache.ts';
import type { Pod } from './pod-types.ts';
import { volumeReferences } from '../volumes/volume.ts';

/** Every Secret and ConfigMap that a pod refers to, by kind and name. */
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
