import type { Json } from './node.ts';

/** A sentinel in rendered manifests, and the expression that replaces it. */
export interface Slot {
  /** The form that the sentinel has in manifests. A boolean would be found in other places. */
  readonly sentinel: Exclude<Json, boolean | null>;
  /** A pipeline of the template language, without braces. */
  readonly expression: string;
}

/** A part of the settings S that values of the chart determine. */
export interface Part<S> {
  /** Where the manifests contain a value. @default they depend on the condition only */
  readonly slot?: Slot;
  /** Returns settings with the sentinel, or with what holds under the condition. */
  readonly on: (settings: S) => S;
  /** What the part depends on. @default it is always on */
  readonly choice?: {
    /** A pipeline of the template language, without braces. */
    readonly condition: string;
    /** Returns settings without the sentinel, or with what holds without the condition. */
    readonly off: (settings: S) => S;
  };
}
