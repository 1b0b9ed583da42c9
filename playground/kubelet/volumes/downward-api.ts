import type { V1DownwardAPIVolumeFile } from '@kubernetes/client-node';
import { fieldValue, type PodFacts } from '../pods/field-ref.ts';
import { VolumeError, type PayloadFile } from './payload.ts';

/** @throws VolumeError for a field that the downward API does not give here */
export function downwardFiles(
  items: readonly V1DownwardAPIVolumeFile[],
  pod: PodFacts,
  defaultMode: number,
): Map<string, PayloadFile> {
  return new Map(
    items.map(({ path, fieldRef, mode }) => {
      const value = fieldRef && fieldValue(fieldRef.fieldPath, pod);
      if (value === undefined) throw new VolumeError(`this node cannot give the file ${path}`);
      return [path, { content: Buffer.from(value), mode: mode ?? defaultMode }];
    }),
  );
}
