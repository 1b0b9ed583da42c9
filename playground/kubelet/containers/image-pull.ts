import type { V1Container } from '@kubernetes/client-node';
import { repository, type Image } from './image-table.ts';
import { RestartBackoff } from './restart-backoff.ts';

export interface ImagePullOptions {
  readonly images: (reference: string) => Image | undefined;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/** The reason why a container has no image. */
export interface ImageMissing {
  readonly waiting: { readonly reason: string; readonly message: string };
  /** Milliseconds since the epoch. */
  readonly retryAt: number;
}

/** The kubelet's interval between attempts to start a pod that lacks an image, in ms. */
const syncPeriod = 10_000;

/** Looks up one container's image, with the kubelet's events and messages for failed pulls. */
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
      `${full}: not found (the playground pulls no images: use bitcoin/bitcoin or the controller's image)`;
    onEvent('Normal', 'Pulling', `Pulling image "${reference}"`);
    onEvent('Warning', 'Failed', `Failed to pull image "${reference}": ${message}`);
    this.#error = `ErrImagePull: ${message}`;
    this.#failedAt = now;
    this.#backoff.next(now);
    // Like a kubelet, reports the back-off a second after the error.
    return this.#missing('ErrImagePull', message, now + 1000);
  }

  #missing(reason: string, message: string, retryAt: number): ImageMissing {
    this.#options.onEvent('Warning', 'Failed', `Error: ${reason}`);
    return { waiting: { reason, message }, retryAt };
  }
}

/** The reference with registry and tag, as a container runtime prints it. */
function completed(reference: string): string {
  const suffix = /(@.*|:[^:/@]*)$/.exec(reference)?.[0] ?? ':latest';
  return repository(reference) + suffix;
}
