import type { Lookup } from '../references/environment.ts';
import type { DataKind, DataObject } from '../api/pod.ts';
import { VolumeError, type PayloadFile } from './payload.ts';

/** A key and the path of its file in the volume. */
export interface KeyToPath {
  readonly key: string;
  readonly path: string;
  /** Permission bits. */
  readonly mode?: number | undefined;
}

/** Selects the keys of a Secret or ConfigMap that become files. */
export interface DataSource {
  readonly kind: DataKind;
  readonly namespace: string;
  readonly name: string;
  /** @default every key, with its name as the path */
  readonly items?: readonly KeyToPath[] | undefined;
  readonly optional?: boolean | undefined;
  readonly defaultMode: number;
}

/**
 * The files of a Secret or ConfigMap.
 *
 * @throws VolumeError if the object or a key is missing and not optional
 */
export function dataFiles(source: DataSource, lookup: Lookup): Map<string, PayloadFile> {
  const { kind, namespace, name, optional, defaultMode } = source;
  const object = lookup(kind, name);
  const files = new Map<string, PayloadFile>();
  if (!object) {
    if (optional) return files;
    throw new VolumeError(`${kind.toLowerCase()} "${name}" not found`);
  }
  const items = source.items ?? keysOf(object).map((key): KeyToPath => ({ key, path: key }));
  for (const { key, path, mode } of items) {
    const content = contentOf(object, key);
    if (content) files.set(path, { content, mode: mode ?? defaultMode });
    else if (!optional) {
      throw new VolumeError(
        `references non-existent ${kind.toLowerCase()} key: ${namespace}/${name}: ${key}`,
      );
    }
  }
  return files;
}

function keysOf(object: DataObject): string[] {
  return [...Object.keys(object.data ?? {}), ...Object.keys(object.binaryData ?? {})];
}

function contentOf(object: DataObject, key: string): Uint8Array | undefined {
  const text = object.data?.[key];
  if (text !== undefined) return Buffer.from(text, object.kind === 'Secret' ? 'base64' : 'utf8');
  const binary = object.binaryData?.[key];
  return binary === undefined ? undefined : Buffer.from(binary, 'base64');
}
