/** Items shown in a message before the rest is only counted. */
const maxShown = 3;

/** `a, b, c and 7 more`: enough to act on, in a message of bounded length. */
export function list(items: readonly string[], separator = ', '): string {
  const shown = items.slice(0, maxShown).join(separator);
  const rest = items.length - maxShown;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** `1 node`, `2 nodes`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
