import { isDeepStrictEqual } from 'node:util';

/** A value of a manifest. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A map of a manifest. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** An entry of a map, an item of a list, or an object of the chart. */
export interface Item {
  /** The key of an entry in a map, or the kind and name of an object of the chart. */
  readonly key?: string;
  /** Conditions in the template language, all of which must hold for the item to be rendered. */
  readonly conditions: readonly string[];
  readonly node: TemplateNode;
}

/** A manifest with expressions of the template language in place of sentinels. */
export type TemplateNode =
  | { readonly type: 'literal'; readonly value: Json }
  /** A string of literal text and expressions. */
  | { readonly type: 'text'; readonly parts: readonly (string | { readonly expression: string })[] }
  /** A number or a boolean. */
  | { readonly type: 'scalar'; readonly expression: string }
  /** A map or a list. */
  | { readonly type: 'block'; readonly expression: string }
  /**
   * Entries of maps that precede the other entries of a map, except those with the same keys. An
   * entry of an earlier map takes precedence.
   */
  | {
      readonly type: 'entries';
      readonly maps: readonly string[];
      readonly except: readonly string[];
    }
  | { readonly type: 'map' | 'list'; readonly items: readonly Item[] };

/** Returns a node without its conditions. */
function withoutConditions(node: TemplateNode): TemplateNode {
  if (!('items' in node)) return node;
  const items = node.items.map((item) => ({
    ...item,
    conditions: [],
    node: withoutConditions(item.node),
  }));
  return { ...node, items };
}

/** Whether two nodes are equal when all their conditions hold. */
export function equalContent(left: TemplateNode, right: TemplateNode): boolean {
  return isDeepStrictEqual(withoutConditions(left), withoutConditions(right));
}

/** The value of a literal entry `name`, which identifies an item in lists such as `env`. */
function nameOf(node: TemplateNode): Json | undefined {
  if (node.type !== 'map') return undefined;
  const name = node.items.find(({ key }) => key === 'name')?.node;
  return name?.type === 'literal' ? name.value : undefined;
}

/** Whether two items describe the same part of a manifest, perhaps with different content. */
export function sameItem(left: Item, right: Item): boolean {
  if (left.key !== undefined) return left.key === right.key;
  const name = nameOf(left.node);
  return name === undefined ? equalContent(left.node, right.node) : name === nameOf(right.node);
}
