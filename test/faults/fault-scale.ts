/** A number of the test: what is to be shown with FAULTS=full, or what every run has time for. */
export function faultScale(full: number, usual: number): number {
  return process.env.FAULTS === 'full' ? full : usual;
}
