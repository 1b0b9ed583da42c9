import type { Logger } from '../../kube/runtime/logger.ts';

export interface LogEntry {
  readonly level: keyof Logger;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A logger that records its entries. */
export class RecordingLogger implements Logger {
  readonly entries: LogEntry[] = [];

  debug(fields: object, message: string): void {
    this.#add('debug', fields, message);
  }
  info(fields: object, message: string): void {
    this.#add('info', fields, message);
  }
  warn(fields: object, message: string): void {
    this.#add('warn', fields, message);
  }
  error(fields: object, message: string): void {
    this.#add('error', fields, message);
  }

  /** Returns the entries of a level. */
  at(level: keyof Logger): LogEntry[] {
    return this.entries.filter((entry) => entry.level === level);
  }

  #add(level: keyof Logger, fields: object, message: string): void {
    this.entries.push({ level, fields: { ...fields }, message });
  }
}
