import type { Reporter } from '../../playground/reporter.ts';

/** Records all texts. */
export class RecordingReporter implements Reporter {
  readonly lines: string[] = [];
  info = (text: string): number => this.lines.push(text);
  debug = (text: string): number => this.lines.push(text);
  progress = (text: string): number => this.lines.push(text);
}
