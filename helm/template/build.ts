import { addCondition, merge } from './merge.ts';
import type { Item, JsonObject } from './node.ts';
import type { Part } from './slot.ts';
import { substitute } from './substitute.ts';

/** An object of the Kubernetes API. */
export interface Manifest extends JsonObject {
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string };
}

/**
 * Renders manifests with sentinels, and returns their templates.
 *
 * One more rendering without each conditional part shows what the part adds. A part that replaces
 * something is rendered in both ways, in combination with all other parts. What the other parts add
 * must not depend on two of them in such a way that it is absent only without both.
 *
 * @param settings the settings to which all parts are applied, in their order
 */
export function buildTemplates<S>(
  render: (settings: S) => readonly Manifest[],
  settings: S,
  parts: readonly Part<S>[],
): Item[] {
  const slots = parts.flatMap(({ slot = [] }) => slot);
  const renderWithout = (without: ReadonlySet<Part<S>>): Item[] => {
    const apply = (result: S, part: Part<S>) =>
      part.choice && without.has(part) ? part.choice.off(result) : part.on(result);
    return render(parts.reduce(apply, settings)).map((manifest) => ({
      key: `${manifest.kind}/${manifest.metadata.name}`,
      conditions: [],
      node: substitute(manifest, slots),
    }));
  };
  const combine = (undecided: readonly Part<S>[], without: ReadonlySet<Part<S>>): Item[] => {
    let result = renderWithout(without);
    for (const part of undecided) {
      const { condition } = part.choice!;
      const more = new Set([...without, part]);
      const added = addCondition(result, renderWithout(more), condition);
      if (!added) {
        const others = undecided.filter((other) => other !== part);
        return merge(combine(others, without), combine(others, more), condition);
      }
      result = added;
    }
    return result;
  };
  return combine(
    parts.filter(({ choice }) => choice),
    new Set(),
  );
}
