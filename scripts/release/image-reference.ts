import { ReleaseError } from './release-error.ts';

/** The name of an image in a registry. */
export interface ImageReference {
  /** Host of the registry, with its port. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/**
 * Parses the name of an image, such as `docker.io/library/node:24@sha256:...`, and ignores its
 * digest.
 *
 * @throws {@link ReleaseError} if the name has no registry or no tag
 */
export function parseImageReference(name: string): ImageReference {
  const match =
    /^(?<registry>[^/]+[.:][^/]*|localhost)\/(?<repository>[^:@]+):(?<tag>[\w.-]+)(@sha256:[0-9a-f]{64})?$/.exec(
      name,
    );
  if (!match) {
    throw new ReleaseError(`${name}: name the registry and a tag, as in docker.io/library/node:24`);
  }
  const { registry, repository, tag } = match.groups as Record<keyof ImageReference, string>;
  return { registry, repository, tag };
}

/** Returns the name of the image, with its digest if one is given. */
export function imageName(image: ImageReference, digest?: string): string {
  const name = `${image.registry}/${image.repository}:${image.tag}`;
  return digest === undefined ? name : `${name}@${digest}`;
}
