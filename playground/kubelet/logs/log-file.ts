import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

export type LogStream = 'stdout' | 'stderr';

/** A line of a container's log. */
export interface LogLine {
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly stream: LogStream;
  /** Without the newline. */
  readonly text: string;
}

/** The kubelet's containerLogMaxSize; as one older file is kept, a log takes twice this at most. */
const containerLogMaxSize = 10 * 1024 * 1024;
/** A longer line is cut, as container runtimes do. */
const maxLine = 16 * 1024;

/**
 * The log of one run of a container, in the format of the container runtime interface:
 * `TIME STREAM F TEXT`, F for a full line and P for a part of one.
 *
 * Writes are synchronous: they go to the page cache, keep the order of both streams, and are there
 * for whoever reads the log as soon as the process has ended.
 */
export class LogFile {
  readonly path: string;
  readonly #now: () => number;
  readonly #maxBytes: number;
  readonly #listeners = new Set<(line: LogLine | undefined) => void>();
  readonly #streams = new Set<Readable>();
  #file: number | undefined;
  #bytes: number;

  constructor(path: string, now: () => number, maxBytes = containerLogMaxSize) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.#now = now;
    this.#maxBytes = maxBytes;
    this.#file = openSync(path, 'a');
    this.#bytes = statSync(path).size;
  }

  /** Takes all that comes from a stream of the container. */
  collect(stream: LogStream, from: Readable): void {
    this.#streams.add(from);
    let rest = '';
    from.setEncoding('utf8');
    from.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.#write(stream, line, 'F');
      while (rest.length > maxLine) {
        this.#write(stream, rest.slice(0, maxLine), 'P');
        rest = rest.slice(maxLine);
      }
    });
    from.on('close', () => {
      if (rest !== '') this.#write(stream, rest, 'P');
      this.#streams.delete(from);
    });
  }

  /**
   * Waits until the streams have ended and closes the file. A process that outlived the container
   * cannot hold it up: what comes a second later is lost.
   */
  async end(): Promise<void> {
    const open = [...this.#streams].map(
      (stream) => new Promise<void>((resolve) => stream.once('close', resolve)),
    );
    const timeout = setTimeout(() => {
      for (const stream of this.#streams) stream.destroy();
    }, 1000);
    await Promise.all(open);
    clearTimeout(timeout);
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    for (const listener of this.#listeners) listener(undefined);
    this.#listeners.clear();
  }

  get ended(): boolean {
    return this.#file === undefined;
  }

  /**
   * Calls back with every further line, and with nothing once the log has ended.
   *
   * @returns a function that ends it
   */
  follow(listener: (line: LogLine | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #write(stream: LogStream, text: string, tag: 'F' | 'P'): void {
    if (this.#file === undefined) return;
    const time = new Date(this.#now()).toISOString().replace('Z', '000000Z');
    if (this.#bytes > this.#maxBytes) this.#rotate();
    this.#bytes += writeSync(this.#file, `${time} ${stream} ${tag} ${text}\n`);
    for (const listener of this.#listeners) listener({ time, stream, text });
  }

  #rotate(): void {
    closeSync(this.#file!);
    renameSync(this.path, `${this.path}.1`);
    this.#file = openSync(this.path, 'a');
    this.#bytes = 0;
  }
}

/** All lines that are kept of a log, oldest first; none when there is no such file. */
export function readLog(path: string): LogLine[] {
  return [`${path}.1`, path]
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => {
      const [time = '', stream = ''] = line.split(' ', 2);
      const text = line.slice(time.length + stream.length + 4);
      return { time, stream: stream as LogStream, text };
    });
}
