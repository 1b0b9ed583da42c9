import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Logger } from '../runtime/logger.ts';

/** A certificate and its private key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Milliseconds between two reads of the files: a kubelet updates mounted Secrets every minute. */
const readInterval = 30_000;

/** The certificate in the files tls.crt and tls.key of a folder, such as a mounted Secret. */
export class Certificates {
  readonly #folder: string;
  readonly #log: Logger;
  #current: Certificate;
  #listener: (current: Certificate) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;

  private constructor(folder: string, log: Logger, current: Certificate, interval: number) {
    this.#folder = folder;
    this.#log = log;
    this.#current = current;
    this.#timer = setInterval(() => void this.#reload(), interval).unref();
  }

  /**
   * Reads the files, and again every `interval` milliseconds.
   *
   * @throws Error that names the folder if a file is missing or they are no certificate and its key
   */
  static async load(
    folder: string,
    log: Logger,
    interval: number = readInterval,
  ): Promise<Certificates> {
    return new Certificates(folder, log, await read(folder), interval);
  }

  get current(): Certificate {
    return this.#current;
  }

  /** Sets the function that is called with each new certificate. */
  onChange(listener: (current: Certificate) => void): void {
    this.#listener = listener;
  }

  /** Stops reading the files. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #reload(): Promise<void> {
    try {
      const next = await read(this.#folder);
      if (next.cert === this.#current.cert && next.key === this.#current.key) return;
      this.#current = next;
      this.#listener(next);
      this.#log.info({ folder: this.#folder }, 'using the new certificate of metrics');
    } catch (err) {
      this.#log.warn({ err }, 'failed to renew the certificate of metrics, using the old one');
    }
  }
}

async function read(folder: string): Promise<Certificate> {
  try {
    const text = (name: string) => readFile(join(folder, name), 'utf8');
    const [cert, key] = await Promise.all([text('tls.crt'), text('tls.key')]);
    // Rejects a key of another certificate, for example between two writes.
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${folder} has no certificate tls.crt with its key tls.key: ${reason}`, {
      cause,
    });
  }
}
