import { isDeepStrictEqual } from 'node:util';
import { align } from './align.ts';
import { negate } from './condition.ts';
import { equalContent, sameItem, type Item, type TemplateNode } from './node.ts';

/**
 * Merges the templates for a condition that holds (`on`) and for one that does not (`off`). Parts
 * that only one of them has are rendered under the condition or its negation.
 */
export function merge(on: readonly Item[], off: readonly Item[], condition: string): Item[] {
  const same = (left: Item, right: Item) =>
    sameItem(left, right) && isDeepStrictEqual(left.conditions, right.conditions);
  return mergeItems(on, off, condition, same);
}

/**
 * Adds the condition of an optional part to a template that contains it.
 *
 * @param full the template with all optional parts and the conditions of those before
 * @param without the template without this optional part, and without conditions
 */
export function addCondition(
  full: readonly Item[],
  without: readonly Item[],
  condition: string,
): Item[] {
  return mergeItems(full, without, condition, sameItem);
}

type Same = (left: Item, right: Item) => boolean;

function mergeItems(
  on: readonly Item[],
  off: readonly Item[],
  condition: string,
  same: Same,
): Item[] {
  return align(on, off, same).flatMap(([left, right]) => {
    if (left && right) {
      const node = mergeNodes(left.node, right.node, condition, same);
      if (node) return [{ ...left, node }];
    }
    return [
      ...(left ? [under(left, condition)] : []),
      ...(right ? [under(right, negate(condition))] : []),
    ];
  });
}

/** Returns undefined if the nodes differ and are neither two maps nor two lists. */
function mergeNodes(
  on: TemplateNode,
  off: TemplateNode,
  condition: string,
  same: Same,
): TemplateNode | undefined {
  if ('items' in on && 'items' in off && on.type === off.type) {
    return { type: on.type, items: mergeItems(on.items, off.items, condition, same) };
  }
  return equalContent(on, off) ? on : undefined;
}

function under(item: Item, condition: string): Item {
  // The template of entries renders nothing if there are none.
  const isImplied = item.node.type === 'entries' && item.node.expression === condition;
  return isImplied ? item : { ...item, conditions: [...item.conditions, condition] };
}
