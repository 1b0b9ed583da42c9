/** An element of two lists: in the first one, in the second one, or in both. */
export type Pair<T> = readonly [T, undefined] | readonly [undefined, T] | readonly [T, T];

/** Aligns two lists by their longest common subsequence. */
export function align<T>(
  left: readonly T[],
  right: readonly T[],
  same: (left: T, right: T) => boolean,
): Pair<T>[] {
  // lengths[i][j] is the length of the longest common subsequence of left[i..] and right[j..].
  const lengths = Array.from({ length: left.length + 1 }, () =>
    new Array<number>(right.length + 1).fill(0),
  );
  const at = (i: number, j: number) => lengths[i]![j]!;
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i]![j] = same(left[i]!, right[j]!)
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: Pair<T>[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && same(left[i]!, right[j]!)) {
      pairs.push([left[i++]!, right[j++]!]);
    } else if (j === right.length || (i < left.length && at(i + 1, j) >= at(i, j + 1))) {
      pairs.push([left[i++]!, undefined]);
    } else {
      pairs.push([undefined, right[j++]!]);
    }
  }
  return pairs;
}
