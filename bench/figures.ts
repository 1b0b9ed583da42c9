import { loadavg } from 'node:os';

/** The value that a part of the samples, 0 to 1, does not exceed. */
export function quantile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** `12.3` with so many digits that differences show: three of them, no decimals from 100 on. */
export function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** `median 1.20 s, worst 1.31 s of 5`. */
export function summary(samples: readonly number[], unit: string): string {
  const worst = short(Math.max(...samples));
  return `median ${short(median(samples))} ${unit}, worst ${worst} ${unit} of ${samples.length}`;
}

/** Says what is measured and how, and how busy the machine is before. */
export function title(name: string, method: string): void {
  console.log(`\n${name}\n  method: ${method}\n  load average before: ${load()}`);
}

/** Prints one figure. */
export function figure(what: string, value: string): void {
  console.log(`  ${what}: ${value}`);
}

/** The load averages of 1 and 5 minutes. */
export function load(): string {
  return loadavg()
    .slice(0, 2)
    .map((value) => value.toFixed(1))
    .join(' ');
}
