import { hash } from 'node:crypto';
import { isMap } from '../api/json.ts';
import type { KubeObject } from '../api/object.ts';

/** A node of fieldsV1. A node without members is a leaf: a scalar, or an atomic list or map. */
export interface Fields {
  readonly [member: string]: Fields | undefined;
}

/** Returns the fields in a manager's Apply entry in managedFields; undefined without an entry. */
export function appliedFields(live: KubeObject, fieldManager: string): Fields | undefined {
  const entry = live.metadata.managedFields?.find(
    ({ manager, operation, subresource }) =>
      manager === fieldManager && operation === 'Apply' && !subresource,
  );
  // Another API version may name the fields differently.
  return entry?.apiVersion === live.apiVersion ? (entry.fieldsV1 as Fields | undefined) : undefined;
}

/**
 * Returns the part of a live object that a manager owns: the fields of the object that it last
 * applied, with their current values. If its digest equals that of the object to apply, an apply
 * would change nothing. The reverse does not hold, because a value may have several notations.
 *
 * @returns undefined if the manager has applied nothing
 */
export function ownedPart(live: KubeObject, fieldManager: string): unknown {
  const fields = appliedFields(live, fieldManager);
  if (fields === undefined) return undefined;
  const { apiVersion, kind, metadata } = live;
  const { name, namespace } = metadata;
  const part = project(live, fields) as { readonly metadata?: object };
  return { ...part, apiVersion, kind, metadata: { ...part.metadata, name, namespace } };
}

function project(value: unknown, fields: Fields): unknown {
  const members = Object.entries(fields).filter(([member]) => member !== '.');
  if (members.length === 0) return '.' in fields ? withoutContent(value) : value;
  if (Array.isArray(value)) {
    const fieldsOf = elementIndex(members);
    return value.flatMap((element: unknown) => {
      const inner = fieldsOf(element);
      return inner === undefined ? [] : [project(element, inner)];
    });
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    members.map(([member, inner]) => {
      const name = member.slice('f:'.length);
      return [name, project(value[name], inner!)];
    }),
  );
}

/** Empties a map or list if a manager owns its presence and none of its members. */
function withoutContent(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  return isMap(value) ? {} : value;
}

/** Sets of keys that the elements of one list may have; the lists of Kubernetes have one. */
const maxKeySets = 4;

/**
 * Returns a function that returns the fields of a list element, by the `k:` or `v:` member that
 * names it. It takes constant time per element, because any client may write managedFields.
 *
 * @throws Error if the members name elements by more than {@link maxKeySets} sets of keys
 * @throws SyntaxError if a member is not JSON
 */
function elementIndex(
  members: readonly (readonly [string, Fields | undefined])[],
): (element: unknown) => Fields | undefined {
  const byValue = new Map<string, Fields>();
  const byKeys = new Map<string, Map<string, Fields>>();
  for (const [member, inner] of members) {
    const named = JSON.parse(member.slice('k:'.length)) as unknown;
    if (member.startsWith('v:') || !isMap(named)) {
      byValue.set(canonical(named), inner!);
      continue;
    }
    const names = JSON.stringify(Object.keys(named).sort());
    const values = byKeys.get(names) ?? new Map<string, Fields>();
    byKeys.set(names, values.set(canonical(named), inner!));
  }
  if (byKeys.size > maxKeySets) throw new Error(`a list has ${byKeys.size} sets of keys`);
  const keySets = [...byKeys].map(
    ([names, values]) => [JSON.parse(names) as string[], values] as const,
  );
  return (element) => {
    if (!isMap(element)) return byValue.get(canonical(element));
    for (const [names, values] of keySets) {
      const keys = Object.fromEntries(names.map((name) => [name, element[name]]));
      const inner = values.get(canonical(keys));
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
}

/** Hashes a JSON value independently of the order of members. */
export function digest(value: unknown): string {
  return hash('sha256', canonical(value), 'base64');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isMap(value)) return value === undefined ? 'null' : JSON.stringify(value);
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}
