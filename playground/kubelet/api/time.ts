/**
 * A time as the API writes it: RFC 3339 in whole seconds.
 *
 * @param time milliseconds since the epoch
 */
export function formatTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}

/** A duration as Go prints it, in whole seconds: `10s`, `2m40s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
