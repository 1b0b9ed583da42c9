/** Returns the scale of a fault: `full` in a run with FAULTS=full, which takes about an hour. */
export function faultScale(full: number, usual: number): number {
  return process.env.FAULTS === 'full' ? full : usual;
}
