import type { Transport, TransportRequest, TransportResponse } from '../../kube/client/http.ts';
import type { ManagedFieldsEntry, UnstructuredObject } from '../../kube/api/object.ts';
import { jsonResponse } from '../kube/json-response.ts';

/**
 * Objects by URL path, with the two requests that the controller makes of them:
 * get, and an apply that replaces. For the rules of one step; what an apply
 * really does is shown on a real API server.
 */
export class MemoryTransport implements Transport {
  readonly objects = new Map<string, UnstructuredObject>();
  /** Paths that were applied, in order. */
  readonly applied: string[] = [];
  #version = 0;

  async send(request: TransportRequest): Promise<TransportResponse> {
    const path = request.path.split('?', 1)[0]!;
    if (request.method === 'GET') return Promise.resolve(answer(this.objects.get(path)));
    this.applied.push(path);
    const object = JSON.parse(request.body!) as UnstructuredObject;
    const resourceVersion = String(++this.#version);
    const managedFields = [applyEntry(object, new URLSearchParams(request.path.split('?')[1]))];
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion, managedFields } };
    this.objects.set(path, stored);
    return Promise.resolve(answer(stored));
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

/** What the API server would record of an apply, if all lists were atomic. */
function applyEntry(object: UnstructuredObject, query: URLSearchParams): ManagedFieldsEntry {
  const { 'f:metadata': metadata, ...fields } = fieldsOf(object);
  for (const identity of ['f:apiVersion', 'f:kind']) Reflect.deleteProperty(fields, identity);
  for (const identity of ['f:name', 'f:namespace']) {
    Reflect.deleteProperty(metadata as object, identity);
  }
  return {
    manager: query.get('fieldManager')!,
    operation: 'Apply',
    apiVersion: object.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: { ...fields, 'f:metadata': metadata },
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [`f:${name}`, fieldsOf(field)]),
  );
}

function answer(object: object | undefined): TransportResponse {
  if (object) return jsonResponse(200, object);
  return jsonResponse(404, { kind: 'Status', code: 404, reason: 'NotFound', message: 'not found' });
}
