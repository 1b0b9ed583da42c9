import { parseQuantity } from './quantity.ts';

/**
 * Lists whose elements the API server merges by key, by the names of the list and of the field that
 * holds it, with those keys and the values they default to: the `x-kubernetes-list-map-keys` of the
 * built-in kinds. Any other list is atomic: replaced as a whole, in order.
 */
const LIST_MAP_KEYS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'metadata.ownerReferences': { uid: undefined },
  'spec.containers': { name: undefined },
  'spec.initContainers': { name: undefined },
  'spec.volumes': { name: undefined },
  'spec.imagePullSecrets': { name: undefined },
  'spec.hostAliases': { ip: undefined },
  'spec.topologySpreadConstraints': { topologyKey: undefined, whenUnsatisfiable: undefined },
  'spec.ports': { port: undefined, protocol: 'TCP' },
  'containers.env': { name: undefined },
  'containers.ports': { containerPort: undefined, protocol: 'TCP' },
  'containers.volumeMounts': { mountPath: undefined },
  'containers.volumeDevices': { devicePath: undefined },
  'initContainers.env': { name: undefined },
  'initContainers.ports': { containerPort: undefined, protocol: 'TCP' },
  'initContainers.volumeMounts': { mountPath: undefined },
  'initContainers.volumeDevices': { devicePath: undefined },
  '.imagePullSecrets': { name: undefined },
  '.secrets': { name: undefined },
  'status.conditions': { type: undefined },
};

/** Lists that are sets: others may add to them, and order means nothing. */
const SETS: ReadonlySet<string> = new Set(['metadata.finalizers']);

/** Maps whose values are quantities. */
const QUANTITY_MAPS: ReadonlySet<string> = new Set([
  'resources.limits',
  'resources.requests',
  'spec.capacity',
  'spec.hard',
  'spec.overhead',
]);

/** Fields that are quantities. */
const QUANTITIES: ReadonlySet<string> = new Set(['emptyDir.sizeLimit', 'resourceFieldRef.divisor']);

/**
 * What the API server fills in within values that are atomic, by the names of the field and of the
 * one that holds it. Elsewhere a default is another's field and needs no table.
 */
const DEFAULTS: Readonly<Record<string, unknown>> = {
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
 * Whether every field of `desired` is in `live` with the same value, so that applying it would
 * change nothing. What else `live` holds (defaults, status, the fields of other managers) does not
 * matter; therefore a field that was applied once and is no longer desired goes unnoticed. Both may
 * be parts of an object that begin above its spec, such as a pod template.
 *
 * Values are compared by meaning: `1000m` of cpu is `1`; an empty, zero or false value that `live`
 * lacks is there, for the API server leaves those out; lists with merge keys are compared by key.
 */
export function isApplied(desired: unknown, live: unknown): boolean {
  return isIncluded(desired, live, '', '');
}

/**
 * Whether an atomic value (one that has one owner, down to its leaves) is the desired one: as
 * {@link isApplied}, but `live` holds nothing else, either, save defaults.
 *
 * @param path names of the fields that lead to the value, those of the lists' elements left out
 */
export function isSameValue(desired: unknown, live: unknown, path: readonly string[]): boolean {
  const [name = '', parent = '', grandparent = ''] = path.slice(-3).reverse();
  if (QUANTITY_MAPS.has(`${grandparent}.${parent}`)) return isSameQuantity(desired, live);
  if (!isIncluded(desired, live, parent, name)) return false;
  return live === undefined || live === null || isIncluded(live, desired, parent, name);
}

/**
 * @param parent name of the field that holds the one compared; empty at the top. Elements of a list
 * have the list's parent and name.
 * @param name name of the field compared
 */
function isIncluded(desired: unknown, live: unknown, parent: string, name: string): boolean {
  if (live === undefined || live === null)
    return isZero(desired) || isDefault(desired, parent, name);
  if (Array.isArray(desired)) {
    return Array.isArray(live) && isListIncluded(desired, live, `${parent}.${name}`, parent, name);
  }
  if (isMap(desired)) {
    return (
      isMap(live) &&
      Object.entries(desired).every(([field, value]) => {
        if (QUANTITY_MAPS.has(`${parent}.${name}`)) return isSameQuantity(value, live[field]);
        return isIncluded(value, live[field], name, field);
      })
    );
  }
  if (QUANTITIES.has(`${parent}.${name}`)) return isSameQuantity(desired, live);
  return desired === live;
}

function isListIncluded(
  desired: readonly unknown[],
  live: readonly unknown[],
  path: string,
  parent: string,
  name: string,
): boolean {
  if (SETS.has(path)) return desired.every((element) => live.includes(element));
  const keys = LIST_MAP_KEYS[path];
  if (keys === undefined) {
    return (
      desired.length === live.length &&
      desired.every((element, index) => isIncluded(element, live[index], parent, name))
    );
  }
  const liveByKey = new Map(live.map((element) => [keyOf(element, keys), element]));
  return desired.every((element) =>
    isIncluded(element, liveByKey.get(keyOf(element, keys)), parent, name),
  );
}

function keyOf(element: unknown, keys: Readonly<Record<string, unknown>>): string {
  const map = isMap(element) ? element : {};
  return JSON.stringify(Object.entries(keys).map(([key, otherwise]) => map[key] ?? otherwise));
}

function isSameQuantity(desired: unknown, live: unknown): boolean {
  const quantity = parseQuantity(desired);
  if (quantity === undefined) return desired === live;
  return quantity === parseQuantity(live);
}

/** Whether the API server gives a field this value when it is left out. */
function isDefault(value: unknown, parent: string, name: string): boolean {
  const path = `${parent}.${name}`;
  if (!(path in DEFAULTS)) return false;
  return isIncluded(value, DEFAULTS[path], parent, name);
}

/** Whether the API server may leave a value out when it stores it. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isZero);
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
