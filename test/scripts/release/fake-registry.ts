import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const sha256 = (body: string) => `sha256:${createHash('sha256').update(body).digest('hex')}`;

/** The options of {@link FakeRegistry}. */
export interface FakeRegistryOptions {
  /** Requires an anonymous token, as Docker Hub does. @default false */
  readonly requiresToken?: boolean;
  /** The digest that responses announce. @default that of the body */
  readonly announcedDigest?: string;
}

/** A registry of images over HTTP, as the OCI distribution specification describes it. */
export class FakeRegistry {
  readonly #server: Server;
  readonly #options: FakeRegistryOptions;
  /** Bodies by path. */
  readonly #bodies = new Map<string, string>();

  private constructor(options: FakeRegistryOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://localhost');
      if (url.pathname === '/token') {
        // A token is valid for the scope for which it was requested.
        response.end(JSON.stringify({ token: `pull ${url.searchParams.get('scope')!}` }));
        return;
      }
      const [, repository] = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url.pathname) ?? [];
      const scope = `repository:${repository!}:pull`;
      if (options.requiresToken && request.headers.authorization !== `Bearer pull ${scope}`) {
        const challenge = `Bearer realm="http://${this.host}/token",service="fake",scope="${scope}"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
        return;
      }
      const body = this.#bodies.get(url.pathname);
      const digest = this.#options.announcedDigest ?? sha256(body ?? '');
      response
        .writeHead(body === undefined ? 404 : 200, { 'docker-content-digest': digest })
        .end(body);
    });
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  /** Host and port, as the names of images have them. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Adds an image for several platforms. @returns its digest */
  addIndex(repository: string, tag: string, platforms: readonly object[]): string {
    return this.#addManifest(repository, tag, {
      manifests: platforms.map((platform) => ({ digest: 'sha256:unused', platform })),
    });
  }

  /** Adds an image for one platform. @returns its digest */
  addImage(repository: string, tag: string, platform: object): string {
    const config = JSON.stringify(platform);
    this.#bodies.set(`/v2/${repository}/blobs/${sha256(config)}`, config);
    return this.#addManifest(repository, tag, { config: { digest: sha256(config) } });
  }

  #addManifest(repository: string, tag: string, manifest: object): string {
    const body = JSON.stringify({ schemaVersion: 2, ...manifest });
    this.#bodies.set(`/v2/${repository}/manifests/${tag}`, body);
    return sha256(body);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
