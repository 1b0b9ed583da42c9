import type { Json } from './node.ts';

/** A sentinel in rendered manifests, and the expression that replaces it. */
export interface Slot {
  /** The form that the sentinel has in manifests. A boolean would be found in other places. */
  readonly sentinel: Exclude<Json, boolean | null>;
  /** A pipeline of the template language, without braces. */
  readonly expression: string;
}

/**
 * A slot whose part of the manifests is absent unless a condition holds. The condition is also a
 * pipeline of the template language.
 */
export interface OptionalSlot extends Slot {
  readonly condition: string;
}
