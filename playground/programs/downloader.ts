import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';

/** A download failed or returned another file than expected. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/**
 * Downloads files over HTTP, through the proxy in HTTP_PROXY and HTTPS_PROXY, if any. After a site
 * was unreachable once, all further requests to it fail at once.
 */
export class Downloader {
  readonly #dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: 3_000 },
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
  });
  readonly #sites = new Map<string, Promise<void>>();

  /** Downloads a small text file. */
  async text(url: string): Promise<string> {
    return (await this.#get(url)).text();
  }

  /**
   * Downloads a file and verifies its SHA-256 checksum.
   *
   * @param onBytes called with the bytes received and the total, if the site sends it
   * @throws DownloadError if the download fails or the checksum differs; the caller removes `path`
   */
  async file(
    url: string,
    sha256: string,
    path: string,
    onBytes: (received: number, total: number | undefined) => void,
  ): Promise<void> {
    const response = await this.#get(url);
    if (!response.body) throw new DownloadError(`${url} returned no content`);
    const length = response.headers.get('content-length');
    const total = length === null ? undefined : Number(length);
    const hash = createHash('sha256');
    let received = 0;
    try {
      await pipeline(
        response.body,
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            received += chunk.byteLength;
            onBytes(received, total);
            yield chunk;
          }
        },
        createWriteStream(path),
      );
    } catch (cause) {
      throw new DownloadError(`the download of ${url} stopped after ${received} bytes`, { cause });
    }
    const actual = hash.digest('hex');
    if (actual !== sha256) {
      throw new DownloadError(
        `${url} has the SHA-256 checksum ${actual}, but ${sha256} is published`,
      );
    }
  }

  /** Closes idle connections. */
  async close(): Promise<void> {
    await this.#dispatcher.close();
  }

  async #get(url: string): Promise<Response> {
    await this.#reach(new URL(url).origin);
    const response = await this.#fetch(url, 'GET');
    if (!response.ok) {
      await response.body?.cancel();
      throw new DownloadError(`${url} returned status ${response.status}`);
    }
    return response;
  }

  #reach(origin: string): Promise<void> {
    let reached = this.#sites.get(origin);
    if (!reached) {
      // Any response shows that the site is reachable.
      reached = this.#fetch(origin, 'HEAD').then((response) => response.body?.cancel());
      this.#sites.set(origin, reached);
    }
    return reached;
  }

  async #fetch(url: string, method: 'GET' | 'HEAD'): Promise<Response> {
    try {
      return await fetch(url, { method, dispatcher: this.#dispatcher });
    } catch (error) {
      // The message of fetch is always the same; its cause has the reason.
      const cause = (error as { cause?: unknown }).cause ?? error;
      const reason = (cause as { message?: string }).message ?? String(cause);
      throw new DownloadError(`${url} is unreachable (${reason})`, { cause });
    }
  }
}
