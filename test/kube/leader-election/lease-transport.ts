import type { Lease } from '../../../kube/leader-election/lease-lock.ts';
import { ConnectionError } from '../../../kube/api/errors.ts';
import { jsonResponse } from '../json-response.ts';
import type { Transport, TransportResponse } from '../../../kube/client/http.ts';

/** The part of a request that a LeaseTransport reads. */
export interface LeaseRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

/** An API server for one Lease: get, create, update with optimistic locking, and watch. */
export class LeaseTransport implements Transport {
  /** The Lease, if it exists. */
  lease: Lease | undefined;
  /** Serves requests (up), refuses connections (down), or never responds (silent). */
  state: 'up' | 'down' | 'silent' = 'up';
  /** Whether clients have the permission to watch. */
  watchable = true;
  /** Called before a write, as by a faster process. */
  beforeWrite: (() => void) | undefined;
  /** The holderIdentity of each successful write. */
  readonly holders: (string | undefined)[] = [];
  readonly #watches = new Set<(lease: Lease) => void>();
  #version = 0;

  async send(request: LeaseRequest): Promise<TransportResponse> {
    request.signal.throwIfAborted();
    if (this.state === 'down') throw new ConnectionError('down');
    if (this.state === 'silent') {
      return new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => {
          reject(request.signal.reason as Error);
        });
      });
    }
    if (request.path.includes('watch=true')) {
      return this.watchable ? this.#watch(request.signal) : respond(403);
    }
    if (request.method === 'GET') return this.lease ? respond(200, this.lease) : respond(404);
    this.beforeWrite?.();
    const written = JSON.parse(request.body!) as Lease;
    const { resourceVersion } = this.lease?.metadata ?? {};
    if (resourceVersion !== written.metadata.resourceVersion) {
      const reason = request.method === 'POST' ? 'AlreadyExists' : 'Conflict';
      return jsonResponse(409, { kind: 'Status', code: 409, reason });
    }
    this.write(written.spec);
    return respond(200, this.lease);
  }

  /** Writes the Lease as another process. */
  write(spec: Lease['spec']): void {
    const metadata = { name: 'l', namespace: 'n', resourceVersion: String(++this.#version) };
    this.lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, ...{ spec } };
    this.holders.push(spec?.holderIdentity);
    for (const notify of this.#watches) notify(this.lease);
  }

  /** The number of open watches. */
  get watchCount(): number {
    return this.#watches.size;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #watch(signal: AbortSignal): TransportResponse {
    const events: Lease[] = [];
    let wake = Promise.withResolvers<undefined>();
    const onChange = (lease: Lease) => {
      events.push(lease);
      wake.resolve(undefined);
    };
    this.#watches.add(onChange);
    signal.addEventListener('abort', () => {
      this.#watches.delete(onChange);
      wake.reject(signal.reason as Error);
    });
    async function* body() {
      for (;;) {
        await wake.promise;
        wake = Promise.withResolvers();
        for (const object of events.splice(0)) {
          yield Buffer.from(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
        }
      }
    }
    return {
      status: 200,
      headers: {},
      body: Object.assign(body(), { text: () => Promise.resolve('') }),
    };
  }
}

function respond(status: number, object?: object): TransportResponse {
  return jsonResponse(status, object ?? { kind: 'Status', code: status });
}
