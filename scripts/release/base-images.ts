import { imageName, parseImageReference, type ImageReference } from './image-reference.ts';
import { ReleaseError } from './release-error.ts';

/** Names of the Dockerfile's arguments for base images. */
export const baseImageArguments = ['NODE_IMAGE', 'BASE_IMAGE'] as const;

/** The name of an argument for a base image. */
type Argument = (typeof baseImageArguments)[number];

/** The base images by the argument that names them. */
export type BaseImages = Readonly<Record<Argument, ImageReference>>;

const line = (argument: Argument) => new RegExp(`^ARG ${argument}=(.*)$`, 'm');

/**
 * Returns the base images of a Dockerfile.
 *
 * @throws {@link ReleaseError} if an argument is missing, or does not name an image with a tag
 */
export function readBaseImages(dockerfile: string): BaseImages {
  const images = baseImageArguments.map((argument) => {
    const [, name] = line(argument).exec(dockerfile) ?? [];
    if (name === undefined) throw new ReleaseError(`Dockerfile: add ARG ${argument}=IMAGE:TAG`);
    return [argument, parseImageReference(name)] as const;
  });
  return Object.fromEntries(images) as unknown as BaseImages;
}

/** Returns the Dockerfile with its base images pinned to digests, in place of previous ones. */
export function pinBaseImages(
  dockerfile: string,
  digests: Readonly<Record<Argument, string>>,
): string {
  const images = readBaseImages(dockerfile);
  return baseImageArguments.reduce((text, argument) => {
    const pinned = imageName(images[argument], digests[argument]);
    return text.replace(line(argument), `ARG ${argument}=${pinned}`);
  }, dockerfile);
}
