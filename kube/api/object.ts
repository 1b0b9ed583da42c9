/** A reference from a dependent to its owner, for the garbage collector. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** The API server's record of the fields that a manager applied or updated. */
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
 * The fields of every Kubernetes object. It has no index signature, so that generated interfaces
 * (`interface Widget { apiVersion; kind; metadata; spec }`) satisfy `T extends KubeObject`.
 */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** An object without types for its other fields. */
export type UnstructuredObject = KubeObject & Readonly<Record<string, unknown>>;

/** Identifies an object of a resource. ObjectMeta is an ObjectKey. */
export interface ObjectKey {
  readonly name: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
}

/**
 * Returns `namespace/name`, or `name` for a cluster-scoped object. Stores and work queues use these
 * keys.
 */
export function formatKey({ namespace, name }: ObjectKey): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The inverse of {@link formatKey}. */
export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  if (slash < 0) return { name: key };
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** A kind and where the API server serves it. */
export interface Resource {
  /** `v1` or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The plural of the kind in URLs, such as `configmaps`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The target of a path within a resource. @default the collection in all namespaces */
export interface PathOptions {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** For example `status` or `scale`. */
  readonly subresource?: string | undefined;
}

/**
 * Returns the URL path of a collection, an object or a subresource. The namespace is ignored for a
 * cluster-scoped resource.
 *
 * @throws Error if an object of a namespaced resource is named without its namespace, because that
 * path has another meaning
 */
export function resourcePath(resource: Resource, options: PathOptions = {}): string {
  const { namespace, name, subresource } = options;
  const group = resource.apiVersion.includes('/') ? 'apis' : 'api';
  const segments = [group, ...resource.apiVersion.split('/')];
  if (resource.namespaced) {
    if (namespace !== undefined) segments.push('namespaces', namespace);
    else if (name !== undefined) {
      throw new Error(
        `${resource.kind} ${name}: metadata.namespace is required for a namespaced object`,
      );
    }
  }
  segments.push(resource.plural);
  if (name !== undefined) segments.push(name);
  if (subresource !== undefined) segments.push(subresource);
  return `/${segments.map(encodeURIComponent).join('/')}`;
}
