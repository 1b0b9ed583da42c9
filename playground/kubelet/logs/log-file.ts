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
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

export type LogStream = 'stdout' | 'stderr';

/** One line of a container's log. */
export interface LogLine {
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly stream: LogStream;
  /** Without the newline. */
  readonly text: string;
}

/** The kubelet's containerLogMaxSize. With its rotated file, a log takes at most twice that. */
const containerLogMaxSize = 10 * 1024 * 1024;
/** Longer lines are split, as container runtimes do. */
const maxLine = 16 * 1024;

/** The log file of a run of a container. @param run counts the runs of the container from 0 */
export function logPath(podFolder: string, container: string, run: number): string {
  return join(podFolder, 'logs', container, `${run}.log`);
}

/**
 * The log of one run of a container, in the format of the Container Runtime Interface:
 * `TIME STREAM F TEXT`, with F for a full line and P for a partial line.
 *
 * Writes are synchronous. They go to the page cache, keep the order of both streams, and are
 * visible to readers of the file as soon as the process has exited.
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

  /** Writes everything that a stream of the container emits. */
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
   * Waits until the streams have ended, then closes the file. Streams that another process holds
   * open are closed after 1 s; their further output is lost.
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
   * Calls `listener` with every new line, and with undefined once the log has ended.
   *
   * @returns a function that removes the listener
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

/** The lines in a log and its rotated file, oldest first. Missing files count as empty. */
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
