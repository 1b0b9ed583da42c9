import type { V1Container } from '@kubernetes/client-node';
import { repository, type Image } from './image-table.ts';
import { RestartBackoff } from './restart-backoff.ts';

export interface ImagePullOptions {
  readonly images: (reference: string) => Image | undefined;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/** Why a container has no image, and when to ask again (ms since the epoch). */
export interface ImageMissing {
  readonly waiting: { readonly reason: string; readonly message: string };
  readonly retryAt: number;
}

/** A kubelet tries this often to start a pod that lacks an image, in ms. */
const syncPeriod = 10_000;

/** Looks one container's image up and words what a kubelet would say when it cannot be pulled. */
export class ImagePull {
  readonly #spec: V1Container;
  readonly #options: ImagePullOptions;
  readonly #backoff = new RestartBackoff();
  #failedAt = 0;
  #error = '';

  constructor(spec: V1Container, options: ImagePullOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  /** @param now milliseconds since the epoch */
  pull(now: number): Image | ImageMissing {
    const { images, onEvent } = this.#options;
    const reference = this.#spec.image ?? '';
    const image = images(reference);
    if (image) {
      onEvent(
        'Normal',
        'Pulled',
        `Container image "${reference}" already present on machine and can be accessed by the pod`,
      );
      return image;
    }
    if (this.#spec.imagePullPolicy === 'Never') {
      const message = `Container image "${reference}" is not present with pull policy of Never`;
      onEvent('Warning', 'ErrImageNeverPull', message);
      return this.#missing('ErrImageNeverPull', message, now + syncPeriod);
    }
    const backOff = `Back-off pulling image "${reference}"`;
    const due = this.#backoff.due(this.#failedAt);
    if (now < due) {
      onEvent('Normal', 'BackOff', backOff);
      return this.#missing('ImagePullBackOff', `${backOff}: ${this.#error}`, due);
    }
    return this.#fail(reference, now);
  }

  #fail(reference: string, now: number): ImageMissing {
    const { onEvent } = this.#options;
    const full = completed(reference);
    const message =
      `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ` +
      `${full}: not found (the playground's node pulls nothing: it has bitcoin/bitcoin and the controller's image)`;
    onEvent('Normal', 'Pulling', `Pulling image "${reference}"`);
    onEvent('Warning', 'Failed', `Failed to pull image "${reference}": ${message}`);
    this.#error = `ErrImagePull: ${message}`;
    this.#failedAt = now;
    this.#backoff.next(now);
    // Soon after, the pod is looked at again and shows the back-off, as with a kubelet.
    return this.#missing('ErrImagePull', message, now + 1000);
  }

  #missing(reason: string, message: string, retryAt: number): ImageMissing {
    this.#options.onEvent('Warning', 'Failed', `Error: ${reason}`);
    return { waiting: { reason, message }, retryAt };
  }
}

/** The reference with its registry and tag, as a container runtime prints it. */
function completed(reference: string): string {
  const suffix = /(@.*|:[^:/@]*)$/.exec(reference)?.[0] ?? ':latest';
  return repository(reference) + suffix;
}
