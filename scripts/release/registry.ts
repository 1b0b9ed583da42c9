import { createHash } from 'node:crypto';
import { imageName, type ImageReference } from './image-reference.ts';
import { ReleaseError } from './release-error.ts';

/** Milliseconds for each request. */
const timeout = 30_000;

/** The media types of manifests: of several platforms, and of one. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** A platform in an index and in the configuration of an image. */
interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** An index has `manifests`, the manifest of one platform has `config`. */
interface Manifest {
  readonly manifests?: readonly { readonly platform?: Platform }[];
  readonly config?: { readonly digest: string };
}

/** The base URL of an image's API (https://github.com/opencontainers/distribution-spec). */
function apiOf({ registry, repository }: ImageReference): string {
  const isLocal = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(registry);
  // The host of Docker Hub's API differs from the one in names of images.
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  return `${isLocal ? 'http' : 'https'}://${host}/v2/${repository}`;
}

/** Requests a token for anonymous pulls, as the challenge of a registry says. */
async function anonymousToken(challenge: string): Promise<string | undefined> {
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
  );
  const realm = parameters.get('realm');
  if (!/^bearer /i.test(challenge) || realm === undefined) return undefined;
  const url = new URL(realm);
  for (const key of ['service', 'scope']) {
    const value = parameters.get(key);
    if (value !== undefined) url.searchParams.set(key, value);
  }
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout) });
  const body = (await response.json()) as { token?: string; access_token?: string };
  return body.token ?? body.access_token;
}

async function get(url: string, accept: string): Promise<Response> {
  const request = (headers: Record<string, string>) =>
    fetch(url, { headers: { accept, ...headers }, signal: AbortSignal.timeout(timeout) });
  const response = await request({});
  if (response.status !== 401) return response;
  await response.body?.cancel();
  const token = await anonymousToken(response.headers.get('www-authenticate') ?? '');
  return token === undefined ? response : request({ authorization: `Bearer ${token}` });
}

/** Returns the body of a response, whose digest it verifies. */
async function download(url: string, accept: string, expected?: string): Promise<[string, Buffer]> {
  const response = await get(url, accept);
  if (!response.ok) throw new Error(`the registry responds ${response.status} to GET ${url}`);
  const body = Buffer.from(await response.arrayBuffer());
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const announced = expected ?? response.headers.get('docker-content-digest') ?? digest;
  if (announced !== digest) {
    throw new Error(`GET ${url} has a body with the digest ${digest} instead of ${announced}`);
  }
  return [digest, body];
}

const platformName = ({ os, architecture, variant }: Platform) =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');

async function platformsOf(image: ImageReference, manifest: Manifest): Promise<string[]> {
  if (manifest.manifests) {
    return manifest.manifests.flatMap(({ platform }) => {
      if (!platform) return [];
      // An index may state the variant where it is the only one, as in linux/arm64/v8.
      const { os, architecture } = platform;
      return [platformName(platform), platformName({ os, architecture })];
    });
  }
  const { digest } = manifest.config!;
  const [, config] = await download(`${apiOf(image)}/blobs/${digest}`, '*/*', digest);
  return [platformName(JSON.parse(config.toString()) as Platform)];
}

/**
 * Returns the digest to which the tag of an image refers now.
 *
 * @param platforms the platforms that the image must have, such as linux/amd64
 * @throws {@link ReleaseError} if the registry cannot be reached or does not allow anonymous pulls,
 *   if its response does not have the digest that it announces, or if a platform is missing
 */
export async function resolveDigest(
  image: ImageReference,
  platforms: readonly string[],
): Promise<string> {
  const name = imageName(image);
  try {
    const url = `${apiOf(image)}/manifests/${image.tag}`;
    const [digest, body] = await download(url, manifestTypes.join(', '));
    const available = await platformsOf(image, JSON.parse(body.toString()) as Manifest);
    const missing = platforms.filter((platform) => !available.includes(platform));
    if (missing.length > 0) throw new Error(`the image does not exist for ${missing.join(', ')}`);
    return digest;
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause?: Partial<Error> };
    const detail = cause?.message === undefined ? message : `${message}: ${cause.message}`;
    throw new ReleaseError(`failed to resolve ${name}: ${detail}`, { cause: error });
  }
}
