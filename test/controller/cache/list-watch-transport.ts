import type { KubeObject } from '../../../kube/api/object.ts';
import { KubeClient } from '../../../kube/client/client.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../../kube/client/http.ts';
import { jsonResponse } from '../../kube/json-response.ts';

/** An API server that serves lists and watches of all kinds, by their plurals. */
export class ListWatchTransport implements Transport {
  /** The queries of lists, by path. */
  readonly lists = new Map<string, URLSearchParams>();
  readonly #objects = new Map<string, KubeObject[]>();
  readonly #watches = new Map<string, (line: string) => void>();
  #version = 100;

  client(): KubeClient {
    return new KubeClient(this, { userAgent: 'test' });
  }

  /** Adds an object to the next list. */
  add(plural: string, object: KubeObject): void {
    this.#objects.set(plural, [...(this.#objects.get(plural) ?? []), this.#stamp(object)]);
  }

  /** Sends an event to the open watch of a kind. */
  emit(plural: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    this.#watches.get(plural)!(`${JSON.stringify({ type, object: this.#stamp(object) })}\n`);
  }

  send({ path, signal }: TransportRequest): Promise<TransportResponse> {
    const [resource, query] = path.split('?', 2) as [string, string | undefined];
    const parameters = new URLSearchParams(query);
    const plural = resource.split('/').at(-1)!;
    if (parameters.has('watch')) return Promise.resolve(this.#watch(plural, signal));
    this.lists.set(resource, parameters);
    const metadata = { resourceVersion: String(++this.#version) };
    return Promise.resolve(jsonResponse(200, { metadata, items: this.#objects.get(plural) ?? [] }));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #stamp(object: KubeObject): KubeObject {
    const resourceVersion = String(++this.#version);
    return { ...object, metadata: { ...object.metadata, resourceVersion } };
  }

  #watch(plural: string, signal: AbortSignal): TransportResponse {
    const lines: string[] = [];
    let wake = Promise.withResolvers<undefined>();
    this.#watches.set(plural, (line) => {
      lines.push(line);
      wake.resolve(undefined);
    });
    signal.addEventListener('abort', () => {
      wake.reject(signal.reason);
    });
    async function* body() {
      for (;;) {
        for (const line of lines.splice(0)) yield Buffer.from(line);
        await wake.promise;
        wake = Promise.withResolvers<undefined>();
      }
    }
    const text = () => Promise.resolve('');
    return { status: 200, headers: {}, body: Object.assign(body(), { text }) };
  }
}
