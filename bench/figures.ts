import { loadavg } from 'node:os';

/** @param fraction 0 to 1: 0.99 for the 99th percentile */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? NaN;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** Formats a value with three significant digits, and without decimals from 100 on. */
export function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Returns `median 1.20 s, worst 1.31 s of 5`. */
export function summary(samples: readonly number[], unit: string): string {
  const worst = formatNumber(Math.max(...samples));
  const middle = formatNumber(median(samples));
  return `median ${middle} ${unit}, worst ${worst} ${unit} of ${samples.length}`;
}

/** Prints the name and the method of a bench, and the load average before it. */
export function printTitle(name: string, method: string): void {
  console.log(`\n${name}\n  method: ${method}\n  load average before: ${loadAverage()}`);
}

/** Prints one result. */
export function printFigure(name: string, value: string): void {
  console.log(`  ${name}: ${value}`);
}

/** Returns the load averages of 1 and 5 minutes. */
export function loadAverage(): string {
  return loadavg()
    .slice(0, 2)
    .map((value) => value.toFixed(1))
    .join(' ');
}
