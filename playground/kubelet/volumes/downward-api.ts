import type { V1DownwardAPIVolumeFile } from '@kubernetes/client-node';
import { fieldValue, type PodFacts } from '../references/field-ref.ts';
import { VolumeError, type PayloadFile } from './payload.ts';

/**
 * The files of a downwardAPI volume.
 *
 * @throws VolumeError for an unsupported field
 */
export function downwardFiles(
  items: readonly V1DownwardAPIVolumeFile[],
  pod: PodFacts,
  defaultMode: number,
): Map<string, PayloadFile> {
  return new Map(
    items.map(({ path, fieldRef, mode }) => {
      const value = fieldRef && fieldValue(fieldRef.fieldPath, pod);
      if (value === undefined)
        throw new VolumeError(
          `the playground does not support the field of ${path}: use a fieldRef to metadata or status`,
        );
      return [path, { content: Buffer.from(value), mode: mode ?? defaultMode }];
    }),
  );
}
