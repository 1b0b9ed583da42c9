import type { ChartSettings } from '../manifests.ts';
import type { Json } from '../template/node.ts';
import type { Part, Slot } from '../template/slot.ts';
import { isEmpty, valueAt, type ChartValue, type Values } from './value.ts';

/** One setting of the chart: its values, and what they change in the manifests. */
export interface Setting {
  /** In the order of values.yaml. */
  readonly values: readonly ChartValue[];
  /** Returns the settings that `helm template` renders for values. */
  readonly apply: (settings: ChartSettings, values: Values) => ChartSettings;
  readonly part: Part<ChartSettings>;
}

/** Returns settings with another value of one property, or without it. */
export type Put<T> = (settings: ChartSettings, value: T | undefined) => ChartSettings;

export interface InsertOptions<T> {
  readonly put: Put<T>;
  readonly values: readonly ChartValue[];
  /**
   * A value of the property that occurs nowhere else in the manifests. A map or a list has the
   * structure of the property, since constructs omit unknown fields.
   */
  readonly sentinel: T;
  /** The form of the sentinel in the manifests. @default the sentinel */
  readonly rendered?: Slot['sentinel'];
  /** A pipeline of the template language. @default the only value */
  readonly expression?: string;
  /**
   * Whether the templates refuse an empty value wherever they use it, so that the part does not
   * depend on the value.
   * @default false
   */
  readonly isRequired?: boolean;
  /** Reads the property from values. @default the only value; undefined if it is empty */
  readonly read?: (values: Values) => T | undefined;
}

/**
 * Returns a setting whose value the templates insert into the manifests. If the default of its only
 * value is empty, an empty value leaves the property undefined.
 */
export function insert<T>(options: InsertOptions<T>): Setting {
  const { put, values, sentinel, isRequired = false } = options;
  const [only] = values;
  const path = only?.path ?? '';
  const expression = options.expression ?? `.Values.${path}`;
  const rendered = options.rendered ?? (sentinel as Slot['sentinel']);
  const slot = { sentinel: rendered, expression };
  const isOptional = values.length === 1 && isEmpty(only!.default);
  const readOnly = (source: Values) => {
    const value = valueAt(source, path);
    return isOptional && isEmpty(value) ? undefined : (value as T);
  };
  const read = options.read ?? readOnly;
  const unset = (settings: ChartSettings) => put(settings, undefined);
  return {
    values,
    apply: (settings, source) => put(settings, read(source)),
    part: {
      slot,
      on: (settings) => put(settings, sentinel),
      ...(isOptional && !isRequired && { choice: { condition: `.Values.${path}`, off: unset } }),
    },
  };
}

/** Returns a setting without values, which the user gives in the arguments of Helm. */
export function fromRelease<T extends Slot['sentinel']>(options: {
  readonly put: Put<T>;
  readonly sentinel: T;
  readonly expression: string;
}): Setting {
  const { put, sentinel, expression } = options;
  return {
    values: [],
    apply: (settings) => settings,
    part: { slot: { sentinel, expression }, on: (settings) => put(settings, sentinel) },
  };
}

export interface ChooseOptions<T> {
  readonly put: Put<T>;
  readonly value: ChartValue;
  /** The value of the property if the condition holds, and if it does not. */
  readonly on: T;
  readonly off: T;
  /** The condition in the template language. @default that the value is not empty */
  readonly condition?: string;
}

/** Returns a setting of two values between which the templates choose, such as a boolean. */
export function choose<T extends Json>(options: ChooseOptions<T>): Setting {
  const { put, value, on, off } = options;
  return {
    values: [value],
    apply: (settings, values) => put(settings, valueAt(values, value.path) as T),
    part: {
      on: (settings) => put(settings, on),
      choice: {
        condition: options.condition ?? `.Values.${value.path}`,
        off: (settings) => put(settings, off),
      },
    },
  };
}
