/** Reference from a dependent to its owner; the garbage collector follows it. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** What one field manager last applied or updated, as the API server records it. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
  readonly subresource?: string;
}

/** Standard metadata of a persisted object. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/**
 * What every Kubernetes object has. It has no index signature, so that generated interfaces
 * (`interface Widget { apiVersion; kind; metadata; spec }`) satisfy `T extends KubeObject`.
 */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** An object whose other fields are not known to the type system. */
export type UnstructuredObject = KubeObject & Readonly<Record<string, unknown>>;

/** What names an object among those of its resource. An object's metadata is one. */
export interface ObjectKey {
  readonly name: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
}

/** `namespace/name`, or `name` for a cluster-scoped object: the key of stores and work queues. */
export function formatKey({ namespace, name }: ObjectKey): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The inverse of {@link formatKey}. */
export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  if (slash < 0) return { name: key };
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Says where the API server serves a kind. */
export interface Resource {
  /** `v1` or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The plural of the kind as it stands in URLs, such as `configmaps`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** What a path names beneath a resource; all of it absent is the collection in every namespace. */
export interface PathOptions {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** For example `status` or `scale`. */
  readonly subresource?: string | undefined;
}

/**
 * The URL path of a collection, an object or a subresource. The namespace is ignored for a
 * cluster-scoped resource.
 *
 * @throws Error when an object of a namespaced resource is named without its namespace: that path
 * would be one of another meaning.
 */
export function resourcePath(resource: Resource, options: PathOptions = {}): string {
  const { namespace, name, subresource } = options;
  const group = resource.apiVersion.includes('/') ? 'apis' : 'api';
  const segments = [group, ...resource.apiVersion.split('/')];
  if (resource.namespaced) {
    if (namespace !== undefined) segments.push('namespaces', namespace);
    else if (name !== undefined) {
      throw new Error(`${resource.kind} ${name}: a namespaced object needs its namespace`);
    }
  }
  segments.push(resource.plural);
  if (name !== undefined) segments.push(name);
  if (subresource !== undefined) segments.push(subresource);
  return `/${segments.map(encodeURIComponent).join('/')}`;
}
