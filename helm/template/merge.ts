import { isDeepStrictEqual } from 'node:util';
import { align, type Pair } from './align.ts';
import { negate } from './condition.ts';
import { equalContent, sameItem, type Item, type TemplateNode } from './node.ts';

/**
 * Merges the templates for a condition that holds (`on`) and for one that does not (`off`). Parts
 * that only one of them has are rendered under the condition or its negation.
 */
export function merge(on: readonly Item[], off: readonly Item[], condition: string): Item[] {
  return mergeItems(on, off, {
    condition,
    same: (left, right) => isDeepStrictEqual(left.conditions, right.conditions),
    differ: (left, right) => [
      ...(left ? [under(left, condition)] : []),
      ...(right ? [under(right, negate(condition))] : []),
    ],
  });
}

/**
 * Adds the condition of an optional part to a template that contains it.
 *
 * @param full the template with all optional parts and the conditions of those before
 * @param without the template without this optional part, and without conditions
 * @returns undefined if the second template contains anything that the first one does not
 */
export function addCondition(
  full: readonly Item[],
  without: readonly Item[],
  condition: string,
): Item[] | undefined {
  const additional: Item[] = [];
  const result = mergeItems(full, without, {
    condition,
    same: () => true,
    differ: (left, right) => {
      if (right) additional.push(right);
      return left ? [under(left, condition)] : [];
    },
  });
  return additional.length === 0 ? result : undefined;
}

interface MergeRules {
  readonly condition: string;
  /** Whether items that describe the same part of a manifest may be merged. */
  readonly same: (left: Item, right: Item) => boolean;
  /** Returns what replaces two items that cannot be merged, one of which may not exist. */
  readonly differ: (left?: Item, right?: Item) => Item[];
}

function mergeItems(on: readonly Item[], off: readonly Item[], rules: MergeRules): Item[] {
  return pairs(on, off, rules).flatMap(([left, right]) => {
    if (!left || !right) return rules.differ(left, right);
    const node = mergeNodes(left.node, right.node, rules);
    return node ? [{ ...left, node }] : rules.differ(left, right);
  });
}

function pairs(on: readonly Item[], off: readonly Item[], { same }: MergeRules): Pair<Item>[] {
  const isMap = ([first, ...others]: readonly Item[]) =>
    first?.node.type === 'map' && first.key === undefined && others.length === 0;
  // The only items of two lists describe the same thing, such as the endpoint of a monitor.
  if (isMap(on) && isMap(off) && same(on[0]!, off[0]!)) return [[on[0]!, off[0]!]];
  return align(on, off, (left, right) => sameItem(left, right) && same(left, right));
}

/** Returns undefined if the nodes differ and have no parts that can be merged. */
function mergeNodes(
  on: TemplateNode,
  off: TemplateNode,
  rules: MergeRules,
): TemplateNode | undefined {
  if ('items' in on && 'items' in off && on.type === off.type) {
    return { type: on.type, items: mergeItems(on.items, off.items, rules) };
  }
  if (on.type === 'entries' && off.type === 'entries') {
    // Without the condition, the map is empty and has no entries.
    const maps = on.maps.filter((map) => map !== rules.condition);
    if (isDeepStrictEqual({ ...on, maps }, off)) return on;
  }
  return equalContent(on, off) ? on : undefined;
}

function under(item: Item, condition: string): Item {
  const { node } = item;
  const isImplied = node.type === 'entries' && node.maps.every((map) => map === condition);
  return isImplied ? item : { ...item, conditions: [...item.conditions, condition] };
}
