import { join } from 'node:path';
import type { Pod } from '../api/pod.ts';
import { VolumeError } from '../volumes/payload.ts';
import type { ServiceAccountTokens } from '../volumes/service-account-token.ts';
import type { VolumeContext } from '../volumes/volume-context.ts';
import { Volume } from '../volumes/volume.ts';

/** The volumes of one pod. */
export class PodVolumes {
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly #tokens: ServiceAccountTokens;
  #isReady = false;

  /** @param folder the pod's folder on the host */
  constructor(pod: Pod, folder: string, tokens: ServiceAccountTokens) {
    this.#tokens = tokens;
    this.volumes = new Map(
      (pod.spec.volumes ?? []).map((spec) => [
        spec.name,
        new Volume(spec, join(folder, 'volumes', spec.name)),
      ]),
    );
  }

  /** Whether every volume has been set up once, so that containers can start. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** When a token in a volume must be replaced, in ms since the epoch, or Infinity. */
  get refreshAt(): number {
    return this.#tokens.refreshAt ?? Infinity;
  }

  /**
   * Sets up every volume, or updates its files.
   *
   * @param onFailure called with the kubelet's message for each volume that fails
   * @throws Error if an update of a ready pod fails for a reason other than a missing source
   */
  async update(
    context: Omit<VolumeContext, 'tokens'>,
    onFailure: (message: string) => void,
  ): Promise<void> {
    let isComplete = true;
    for (const volume of this.volumes.values()) {
      try {
        await volume.update({ ...context, tokens: this.#tokens });
      } catch (error) {
        isComplete = false;
        const message = error instanceof Error ? error.message : String(error);
        onFailure(`MountVolume.SetUp failed for volume "${volume.name}" : ${message}`);
        if (!(error instanceof VolumeError) && this.#isReady) throw error;
      }
    }
    this.#isReady ||= isComplete;
  }
}
