import { isDeepStrictEqual } from 'node:util';
import type { Item, Json, JsonObject, TemplateNode } from './node.ts';
import type { Slot } from './slot.ts';

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isMap = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value);

/**
 * Replaces the sentinels of a manifest by expressions:
 *
 * - a number, a map or a list that equals a sentinel
 * - text in strings that equals a sentinel, which is a string or a number
 * - the only key of a sentinel among the keys of another map; the slots of several sentinels in one
 *   map are in the order of their precedence
 */
export function substitute(value: Json, slots: readonly Slot[]): TemplateNode {
  if (typeof value === 'string') return text(value, slots);
  const slot = slots.find(({ sentinel }) => isDeepStrictEqual(sentinel, value));
  if (slot) {
    const type = typeof value === 'object' ? 'block' : 'scalar';
    return { type, expression: slot.expression };
  }
  if (isList(value)) {
    const items = value.map((item) => ({ conditions: [], node: substitute(item, slots) }));
    return items.length > 0 ? { type: 'list', items } : { type: 'literal', value };
  }
  return isMap(value) ? map(value, slots) : { type: 'literal', value };
}

/** Splits a string at the first sentinel that it contains, and then its parts. */
function text(value: string, slots: readonly Slot[]): TemplateNode {
  const split = (part: string): (string | { expression: string })[] => {
    for (const { sentinel, expression } of slots) {
      if (typeof sentinel === 'object') continue;
      const index = part.indexOf(String(sentinel));
      if (index < 0) continue;
      const rest = part.slice(index + String(sentinel).length);
      return [...split(part.slice(0, index)), { expression }, ...split(rest)];
    }
    return part === '' ? [] : [part];
  };
  const parts = split(value);
  const isLiteral = parts.every((part) => typeof part === 'string');
  return isLiteral ? { type: 'literal', value } : { type: 'text', parts };
}

function map(value: JsonObject, slots: readonly Slot[]): TemplateNode {
  const inserted = slots.filter(({ sentinel }) => {
    if (!isMap(sentinel)) return false;
    const [key, ...others] = Object.keys(sentinel);
    return others.length === 0 && key !== undefined && isDeepStrictEqual(value[key], sentinel[key]);
  });
  const keysOf = ({ sentinel }: Slot) => Object.keys(sentinel as JsonObject);
  const except = Object.keys(value).filter(
    (key) => !inserted.some((slot) => keysOf(slot).includes(key)),
  );
  const maps = inserted.map(({ expression }) => expression);
  const entries: Item = {
    key: '(entries)',
    conditions: [],
    node: { type: 'entries', maps, except },
  };
  const fixed = except.map((key): Item => ({
    key,
    conditions: [],
    node: substitute(value[key]!, slots),
  }));
  const items = maps.length > 0 ? [entries, ...fixed] : fixed;
  return items.length > 0 ? { type: 'map', items } : { type: 'literal', value };
}
