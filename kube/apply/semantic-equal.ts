import { isMap } from '../api/json.ts';
import { parseQuantity, roundUpToMilli } from '../api/quantity.ts';

/** Maps whose values are quantities. */
const quantityMaps: ReadonlySet<string> = new Set([
  'resources.limits',
  'resources.requests',
  'spec.capacity',
  'spec.hard',
  'spec.overhead',
]);

/** Fields that are quantities. */
const quantities: ReadonlySet<string> = new Set(['emptyDir.sizeLimit', 'resourceFieldRef.divisor']);

/**
 * Defaults that the API server adds within atomic values, by the names of the parent and the field.
 * Elsewhere a default is not a field of the manager and does not need this table.
 */
const defaults: Readonly<Record<string, unknown>> = {
  'fieldRef.apiVersion': 'v1',
  'ports.protocol': 'TCP',
  'resourceFieldRef.divisor': '0',
  'serviceAccountToken.expirationSeconds': 3600,
  'spec.volumeMode': 'Filesystem',
  'subjects.apiGroup': 'rbac.authorization.k8s.io',
  'volumeClaimTemplates.apiVersion': 'v1',
  'volumeClaimTemplates.kind': 'PersistentVolumeClaim',
  'volumeClaimTemplates.status': { phase: 'Pending' },
};

/**
 * Whether an atomic value (one with a single owner, including its leaves) equals the desired value.
 * Values are compared by meaning: `1000m` of cpu equals `1`. Empty, zero and false values equal
 * absent ones, because the API server omits them. Defaults of the API server equal absent values.
 *
 * @param path names of the fields that lead to the value, without list elements
 */
export function semanticEqual(desired: unknown, live: unknown, path: readonly string[]): boolean {
  const [name = '', parent = '', grandparent = ''] = path.slice(-3).reverse();
  if (quantityMaps.has(`${grandparent}.${parent}`)) {
    return isSameQuantity(desired, live, roundUpToMilli);
  }
  if (!isIncluded(desired, live, parent, name)) return false;
  return live === undefined || live === null || isIncluded(live, desired, parent, name);
}

/**
 * Whether every field of `desired` is in `live` with the same value.
 *
 * @param parent name of the parent field; empty at the top. List elements have the parent and the
 * name of the list.
 * @param name name of the compared field
 */
function isIncluded(desired: unknown, live: unknown, parent: string, name: string): boolean {
  if (live === undefined || live === null)
    return isZero(desired) || isDefault(desired, parent, name);
  if (Array.isArray(desired)) {
    return (
      Array.isArray(live) &&
      desired.length === live.length &&
      desired.every((element, index) => isIncluded(element, live[index], parent, name))
    );
  }
  if (isMap(desired)) {
    return (
      isMap(live) &&
      Object.entries(desired).every(([field, value]) => {
        if (quantityMaps.has(`${parent}.${name}`)) {
          return isSameQuantity(value, live[field], roundUpToMilli);
        }
        return isIncluded(value, live[field], name, field);
      })
    );
  }
  if (quantities.has(`${parent}.${name}`)) return isSameQuantity(desired, live);
  return desired === live;
}

/** @param round what the API server does with the value before it stores it */
function isSameQuantity(
  desired: unknown,
  live: unknown,
  round = (quantity: bigint): bigint => quantity,
): boolean {
  const [desiredQuantity, liveQuantity] = [parseQuantity(desired), parseQuantity(live)];
  if (desiredQuantity === undefined || liveQuantity === undefined) return desired === live;
  return round(desiredQuantity) === round(liveQuantity);
}

/** Whether the API server sets this value if the field is absent. */
function isDefault(value: unknown, parent: string, name: string): boolean {
  const path = `${parent}.${name}`;
  if (!(path in defaults)) return false;
  return isIncluded(value, defaults[path], parent, name);
}

/** Whether the API server may omit a value when it stores the object. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isZero);
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}
