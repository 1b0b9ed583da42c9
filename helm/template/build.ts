import { addCondition, merge } from './merge.ts';
import type { Item, JsonObject } from './node.ts';
import type { OptionalSlot, Slot } from './slot.ts';
import { substitute } from './substitute.ts';

/** An object of the Kubernetes API. */
export interface Manifest extends JsonObject {
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string };
}

/** A part of settings S with its expressions. */
export interface SlotOf<S> {
  readonly slot: Slot | OptionalSlot;
  /** Returns settings with the sentinel. */
  readonly set: (settings: S) => S;
}

/** A condition that selects one of two settings. */
export interface SwitchOf<S> {
  readonly condition: string;
  readonly on: (settings: S) => S;
  readonly off: (settings: S) => S;
}

/**
 * Renders manifests with sentinels, and returns their templates. An optional slot is left out of
 * one more rendering, which shows the parts that depend on it. These parts must not depend on other
 * slots. Every combination of switches is rendered.
 */
export function buildTemplates<S>(
  render: (settings: S) => readonly Manifest[],
  settings: S,
  slots: readonly SlotOf<S>[],
  switches: readonly SwitchOf<S>[],
): Item[] {
  const all = slots.map(({ slot }) => slot);
  const renderItems = (base: S, filled: readonly SlotOf<S>[]): Item[] =>
    render(filled.reduce((result, { set }) => set(result), base)).map((manifest) => ({
      key: `${manifest.kind}/${manifest.metadata.name}`,
      conditions: [],
      node: substitute(manifest, all),
    }));
  const withConditions = (base: S): Item[] => {
    let result = renderItems(base, slots);
    for (const part of slots) {
      if (!('condition' in part.slot)) continue;
      const without = renderItems(
        base,
        slots.filter((other) => other !== part),
      );
      result = addCondition(result, without, part.slot.condition);
    }
    return result;
  };
  const combine = (base: S, [first, ...rest]: readonly SwitchOf<S>[]): Item[] =>
    first === undefined
      ? withConditions(base)
      : merge(combine(first.on(base), rest), combine(first.off(base), rest), first.condition);
  return combine(settings, switches);
}
