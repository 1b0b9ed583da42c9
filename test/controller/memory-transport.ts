import { isMap } from '../../kube/api/json.ts';
import type { ManagedFieldsEntry, UnstructuredObject } from '../../kube/api/object.ts';
import { digest } from '../../kube/apply/owned-fields.ts';
import { KubeClient } from '../../kube/client/client.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../kube/client/http.ts';
import { jsonResponse } from '../kube/json-response.ts';

/** An error of the API server. */
export interface Fault {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly { readonly reason: string }[];
}

/** The error for an object that does not exist. */
export const notFound: Fault = { code: 404, reason: 'NotFound', message: 'not found' };

/** The error for an object that changed since it was read. */
export const conflict: Fault = {
  code: 409,
  reason: 'Conflict',
  message: 'the object has been modified',
};

/** The error for a namespace that is being deleted. */
export const namespaceTerminating: Fault = {
  code: 403,
  reason: 'Forbidden',
  message: 'unable to create new content in namespace lab because it is being terminated',
  causes: [{ reason: 'NamespaceTerminating' }],
};

/**
 * The objects of the namespace `lab`, by `plural/name`, and the requests that a reconcile makes:
 * get, server-side apply, merge patch, and delete with a uid precondition. All lists are atomic. An
 * apply replaces the object, except for the fields of other entries in managedFields. The
 * integration tests show what an API server does beyond that.
 */
export class MemoryTransport implements Transport {
  readonly objects = new Map<string, UnstructuredObject>();
  /** The writes in order, such as `apply configmaps/alice-config`. */
  readonly writes: string[] = [];
  /** Errors by request, such as `apply configmaps/alice-config` or `get services/alice-svc`. */
  readonly faults = new Map<string, Fault>();
  /** Changes each object that is applied, like a mutating admission policy. */
  admit: (object: UnstructuredObject) => UnstructuredObject = (object) => object;
  /** Merges an applied status with the live one, which other managers may own in part. */
  mergeStatus: (applied: unknown, live: unknown) => unknown = (applied) => applied;
  /** No object has the version 1, as in etcd. */
  #version = 1;

  /** A client of this server. */
  client(): KubeClient {
    return new KubeClient(this, { userAgent: 'test' });
  }

  /** Returns a stored object that must exist. */
  get(key: string): UnstructuredObject {
    const object = this.objects.get(key);
    if (!object) throw new Error(`${key} does not exist`);
    return object;
  }

  /** Stores an object like another client of the API server. */
  put(key: string, object: UnstructuredObject): void {
    const resourceVersion = String(++this.#version);
    const uid = object.metadata.uid ?? `uid-of-${key}`;
    const metadata = { ...object.metadata, namespace: 'lab', uid, resourceVersion };
    this.objects.set(key, { ...object, metadata });
  }

  /**
   * Changes a stored object like another client, by a merge patch (RFC 7386). The changed fields
   * leave the entries of other managers in managedFields.
   */
  edit(key: string, patch: object): void {
    const changed = merged(this.get(key), patch) as UnstructuredObject;
    const managedFields = changed.metadata.managedFields?.map((entry) => ({
      ...entry,
      fieldsV1: withoutFields(entry.fieldsV1, patch),
    }));
    const metadata = { ...changed.metadata, ...(managedFields && { managedFields }) };
    this.put(key, { ...changed, metadata });
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    await Promise.resolve();
    request.signal.throwIfAborted();
    request.guard?.();
    const [path, query] = request.path.split('?', 2) as [string, string | undefined];
    const [, key, subresource] = /\/namespaces\/lab\/([^/]+\/[^/]+)(\/status)?$/.exec(path)!;
    const isMerge = request.headers['content-type'] === 'application/merge-patch+json';
    const patch = isMerge ? 'patch' : 'apply';
    const fieldManager = new URLSearchParams(query).get('fieldManager')!;
    const verb = { GET: 'get', PATCH: patch, DELETE: 'delete' }[request.method as string]!;
    const title = `${verb} ${key!}${subresource ?? ''}`;
    if (verb !== 'get') this.writes.push(title);
    const fault = this.faults.get(title);
    if (fault) return refusal(fault);
    const body = JSON.parse(request.body ?? 'null') as UnstructuredObject;
    if (verb === 'delete') return this.#delete(key!, body as Preconditions);
    if (verb === 'patch') return this.#patch(key!, body, fieldManager);
    if (subresource !== undefined) return this.#applyStatus(key!, body);
    if (verb === 'apply') {
      const live = this.objects.get(key!);
      if (live && isOutdated(body, live)) return refusal(conflict);
      this.#apply(key!, body, fieldManager);
    }
    const object = this.objects.get(key!);
    return object ? jsonResponse(200, object) : refusal(notFound);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #apply(key: string, object: UnstructuredObject, manager: string): void {
    const live = this.objects.get(key);
    const others = live ? otherEntries(live, manager) : [];
    const content = this.admit(withOwnedFields(object, live, others));
    const { uid, generation = 0 } = live?.metadata ?? {};
    const isSpecChanged = digest(live?.spec) !== digest(content.spec);
    const desired = {
      ...content,
      metadata: {
        ...content.metadata,
        ...(uid !== undefined && { uid }),
        generation: isSpecChanged ? generation + 1 : generation,
        managedFields: [applyEntry(object, manager), ...others],
      },
      ...(live?.status !== undefined && { status: live.status }),
    };
    if (digest({ ...desired, metadata: withVersion(desired, live) }) === digest(live)) return;
    this.put(key, desired);
  }

  #applyStatus(key: string, { metadata, status }: UnstructuredObject): TransportResponse {
    const live = this.objects.get(key);
    if (!live) return refusal(notFound);
    if (live.metadata.uid !== metadata.uid) return refusal(conflict);
    this.put(key, { ...live, status: this.mergeStatus(status, live.status) });
    return jsonResponse(200, this.get(key));
  }

  #patch(key: string, patch: UnstructuredObject, manager: string): TransportResponse {
    const live = this.objects.get(key);
    if (!live) return refusal(notFound);
    if (isOutdated(patch, live)) return refusal(conflict);
    const changed = merged(live, patch) as UnstructuredObject;
    const stored = changed.metadata.managedFields ?? [];
    const entries = [...stored, updateEntry(changed, patch, manager)].filter(isStoredEntry);
    this.put(key, { ...changed, metadata: { ...changed.metadata, managedFields: entries } });
    return jsonResponse(200, this.get(key));
  }

  #delete(key: string, { preconditions }: Preconditions): TransportResponse {
    const live = this.objects.get(key);
    if (!live) return refusal(notFound);
    if (preconditions?.uid !== live.metadata.uid) return refusal(conflict);
    this.objects.delete(key);
    return jsonResponse(200, { kind: 'Status', status: 'Success' });
  }
}

/** Whether an apply names another version or another uid than that of the live object. */
function isOutdated({ metadata }: UnstructuredObject, live: UnstructuredObject): boolean {
  const { resourceVersion, uid } = metadata;
  const isOther = (sent: string | undefined, stored: string | undefined) =>
    sent !== undefined && sent !== stored;
  return isOther(resourceVersion, live.metadata.resourceVersion) || isOther(uid, live.metadata.uid);
}

const unownedMetadata: readonly string[] = [
  ...['f:name', 'f:namespace', 'f:uid', 'f:resourceVersion', 'f:generation', 'f:managedFields'],
];

interface Preconditions {
  readonly preconditions?: { readonly uid?: string };
}

function merged(value: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(value) ? { ...value } : {};
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) Reflect.deleteProperty(result, name);
    else result[name] = merged(result[name], change);
  }
  return result;
}

/** Returns fieldsV1 without the fields that a merge patch changes. */
function withoutFields(fields: unknown, patch: object): Record<string, unknown> {
  const result: Record<string, unknown> = isMap(fields) ? { ...fields } : {};
  for (const [name, change] of Object.entries(patch)) {
    const field = `f:${name}`;
    if (!(field in result)) continue;
    const members = isMap(change) ? withoutFields(result[field], change) : {};
    if (Object.keys(members).length === 0) Reflect.deleteProperty(result, field);
    else result[field] = members;
  }
  return result;
}

function withVersion(desired: UnstructuredObject, live: UnstructuredObject | undefined) {
  return { ...desired.metadata, resourceVersion: live?.metadata.resourceVersion };
}

/**
 * The entries of other managers. An object without entries gets one that owns all its fields, like
 * at its first apply on an API server.
 */
function otherEntries(live: UnstructuredObject, manager: string): ManagedFieldsEntry[] {
  const entries = live.metadata.managedFields ?? [];
  if (entries.length > 0) {
    return entries.filter((entry) => entry.manager !== manager || entry.operation !== 'Apply');
  }
  return [{ ...applyEntry(live, 'before-first-apply'), operation: 'Update' }];
}

/** Returns an object to apply with the fields of the live one that entries own. */
function withOwnedFields(
  object: UnstructuredObject,
  live: UnstructuredObject | undefined,
  entries: readonly ManagedFieldsEntry[],
): UnstructuredObject {
  return entries.reduce<unknown>(
    (result, { fieldsV1 }) => overlay(result, live, fieldsV1),
    object,
  ) as UnstructuredObject;
}

function overlay(desired: unknown, live: unknown, fields: unknown): unknown {
  const isLeaf = !isMap(live) || !isMap(fields) || Object.keys(fields).length === 0;
  if (isLeaf || (desired !== undefined && !isMap(desired))) return desired ?? live;
  const result: Record<string, unknown> = { ...desired };
  for (const [member, inner] of Object.entries(fields)) {
    const name = member.slice('f:'.length);
    if (!(name in live)) continue;
    result[name] = overlay(desired?.[name], live[name], inner);
  }
  return result;
}

/** What the API server records of an apply, if all lists are atomic. */
function applyEntry(object: UnstructuredObject, manager: string): ManagedFieldsEntry {
  const { 'f:metadata': metadata, ...fields } = fieldsOf(object);
  for (const identity of ['f:apiVersion', 'f:kind']) Reflect.deleteProperty(fields, identity);
  for (const identity of unownedMetadata) Reflect.deleteProperty(metadata as object, identity);
  return {
    manager,
    operation: 'Apply',
    apiVersion: object.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: { ...fields, 'f:metadata': metadata },
  };
}

/** What the API server records of a merge patch of fields that nobody else owns. */
function updateEntry(
  changed: UnstructuredObject,
  { data }: UnstructuredObject,
  manager: string,
): ManagedFieldsEntry {
  const added = Object.entries((data as object | undefined) ?? {}).filter(([, value]) => value);
  const fields = added.length > 0 ? { data: Object.fromEntries(added) } : {};
  const { apiVersion } = changed;
  return { manager, operation: 'Update', apiVersion, fieldsV1: fieldsOf(fields) };
}

/** An entry without a manager or fields removes all entries, or has nothing to record. */
function isStoredEntry({ manager, fieldsV1 }: ManagedFieldsEntry): boolean {
  return manager !== undefined && Object.keys(fieldsV1 as object).length > 0;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [`f:${name}`, fieldsOf(field)]),
  );
}

function refusal({ code, reason, message, causes }: Fault): TransportResponse {
  return jsonResponse(code, { kind: 'Status', code, reason, message, details: { causes } });
}
