import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { KubeObject } from '../../kube/api/object.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../kube/client/http.ts';
import { jsonResponse } from '../kube/json-response.ts';

/** The API server's list and watch of one collection. */
export class FakeCollection implements Transport {
  readonly #objects = new Map<string, KubeObject>();
  readonly #watches = new Set<PassThrough>();
  #version = 0;

  get watchCount(): number {
    return this.#watches.size;
  }

  put(object: KubeObject): void {
    const { name } = object.metadata;
    const type = this.#objects.has(name) ? 'MODIFIED' : 'ADDED';
    const resourceVersion = String(++this.#version);
    const stored = { ...object, metadata: { ...object.metadata, uid: name, resourceVersion } };
    this.#objects.set(name, stored);
    for (const watch of this.#watches) watch.write(`${JSON.stringify({ type, object: stored })}\n`);
  }

  send({ path, signal }: TransportRequest): Promise<TransportResponse> {
    if (!path.includes('watch=true')) {
      const metadata = { resourceVersion: String(this.#version) };
      return Promise.resolve(jsonResponse(200, { metadata, items: [...this.#objects.values()] }));
    }
    const watch = new PassThrough();
    this.#watches.add(watch);
    // As with the body of a real response, an abort before its first read is no error.
    watch.on('error', () => undefined);
    signal.addEventListener('abort', () => {
      this.#watches.delete(watch);
      watch.destroy(signal.reason as Error);
    });
    const body = Object.assign(watch, { text: () => text(watch) });
    return Promise.resolve({ status: 200, headers: {}, body });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
