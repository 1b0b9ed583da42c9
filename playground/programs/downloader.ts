import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';

/** A download that did not give the file it should have. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

/**
 * Fetches files over HTTP, through the proxy that HTTP_PROXY and HTTPS_PROXY name, if any.
 * A site that cannot be reached is tried once: every later request to it fails at once.
 */
export class Downloader {
  readonly #dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: 3_000 },
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
  });
  readonly #sites = new Map<string, Promise<void>>();

  /** A small text file. */
  async text(url: string): Promise<string> {
    return (await this.#get(url)).text();
  }

  /**
   * Writes a file of which the SHA-256 sum is known.
   *
   * @param onBytes called with the bytes so far and, where the site says so, in all
   * @throws DownloadError if it cannot be had or is not the right file; the caller removes `path`
   */
  async file(
    url: string,
    sha256: string,
    path: string,
    onBytes: (done: number, all: number | undefined) => void,
  ): Promise<void> {
    const response = await this.#get(url);
    if (!response.body) throw new DownloadError(`${url} has no content`);
    const length = response.headers.get('content-length');
    const all = length === null ? undefined : Number(length);
    const hash = createHash('sha256');
    let done = 0;
    try {
      await pipeline(
        response.body,
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            done += chunk.byteLength;
            onBytes(done, all);
            yield chunk;
          }
        },
        createWriteStream(path),
      );
    } catch (cause) {
      throw new DownloadError(`${url} broke off after ${done} bytes`, { cause });
    }
    const actual = hash.digest('hex');
    if (actual !== sha256) {
      throw new DownloadError(`${url} has the SHA-256 sum ${actual}, its site publishes ${sha256}`);
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
      throw new DownloadError(`${url} answered ${response.status}`);
    }
    return response;
  }

  #reach(origin: string): Promise<void> {
    let reached = this.#sites.get(origin);
    if (!reached) {
      // Whatever it answers, it answers.
      reached = this.#fetch(origin, 'HEAD').then((response) => response.body?.cancel());
      this.#sites.set(origin, reached);
    }
    return reached;
  }

  async #fetch(url: string, method: 'GET' | 'HEAD'): Promise<Response> {
    try {
      return await fetch(url, { method, dispatcher: this.#dispatcher });
    } catch (error) {
      // fetch says no more than that it failed; its cause says why.
      const cause = (error as { cause?: unknown }).cause ?? error;
      const reason = (cause as { message?: string }).message ?? String(cause);
      throw new DownloadError(`${url} cannot be reached (${reason})`, { cause });
    }
  }
}
