import { mkdir } from 'node:fs/promises';
import type { V1Volume } from '@kubernetes/client-node';
import type { DataKind } from '../api/pod.ts';
import { AtomicFolder } from './atomic-folder.ts';
import { dataFiles } from './data-object.ts';
import { downwardFiles } from './downward-api.ts';
import { VolumeError, type Payload } from './payload.ts';
import { projectedFiles } from './projected.ts';
import type { VolumeContext } from './volume-context.ts';

/** A pod's volume: a folder on the host. */
export class Volume {
  readonly name: string;
  readonly path: string;
  /** Whether containers may write to the volume if their mount permits it. */
  readonly writable: boolean;
  readonly #spec: V1Volume;
  readonly #folder: AtomicFolder;

  constructor(spec: V1Volume, path: string) {
    this.name = spec.name;
    this.path = path;
    this.writable = spec.emptyDir !== undefined;
    this.#spec = spec;
    this.#folder = new AtomicFolder(path);
  }

  /**
   * Creates the volume or updates its files.
   *
   * @throws VolumeError if a source is missing or the kind of volume is not supported
   */
  async update(context: VolumeContext): Promise<void> {
    // An emptyDir in memory is a folder too: containers have separate mounts and would not share a
    // tmpfs.
    if (this.#spec.emptyDir) await mkdir(this.path, { recursive: true });
    else await this.#folder.write(await this.#payload(context));
  }

  async #payload(context: VolumeContext): Promise<Payload> {
    const { name, configMap, secret, downwardAPI, projected } = this.#spec;
    const { namespace } = context.facts.pod.metadata;
    if (configMap) {
      const { items, optional, defaultMode = 0o644 } = configMap;
      return dataFiles(
        { kind: 'ConfigMap', namespace, name: configMap.name ?? '', items, optional, defaultMode },
        context.lookup,
      );
    }
    if (secret) {
      const { items, optional, defaultMode = 0o644, secretName = '' } = secret;
      return dataFiles(
        { kind: 'Secret', namespace, name: secretName, items, optional, defaultMode },
        context.lookup,
      );
    }
    if (downwardAPI) {
      return downwardFiles(
        downwardAPI.items ?? [],
        context.facts,
        downwardAPI.defaultMode ?? 0o644,
      );
    }
    if (projected) return projectedFiles(projected, context);
    const kind = Object.keys(this.#spec).find((field) => field !== 'name') ?? 'none';
    throw new VolumeError(
      `the playground does not support ${kind} volumes ("${name}"): use emptyDir, configMap, secret, downwardAPI or projected`,
    );
  }
}

/** The Secrets and ConfigMaps that a volume refers to. */
export function volumeReferences(volume: V1Volume): [DataKind, string][] {
  const { configMap, secret, projected } = volume;
  const references: [DataKind, string | undefined][] = [];
  if (configMap) references.push(['ConfigMap', configMap.name]);
  if (secret) references.push(['Secret', secret.secretName]);
  for (const source of projected?.sources ?? []) {
    if (source.configMap) references.push(['ConfigMap', source.configMap.name]);
    if (source.secret) references.push(['Secret', source.secret.name]);
  }
  return references.map(([kind, name]) => [kind, name ?? '']);
}
