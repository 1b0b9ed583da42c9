/** Items in a message; further items are only counted. */
const maxItems = 3;

/** Joins items into a text of bounded length: `a, b, c and 7 more`. */
export function joinLimited(items: readonly string[], separator = ', '): string {
  const text = items.slice(0, maxItems).join(separator);
  const rest = items.length - maxItems;
  return rest > 0 ? `${text} and ${rest} more` : text;
}

/** Returns a count with its noun: `1 node`, `2 nodes`. */
export function pluralize(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
