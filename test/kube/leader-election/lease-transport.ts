import type { Lease } from '../../../kube/leader-election/lease-lock.ts';
import { ConnectionError } from '../../../kube/api/errors.ts';
import { jsonResponse } from '../json-response.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../../kube/client/http.ts';

/** The API server's side of one Lease: get, create, update with its version, watch. */
export class LeaseTransport implements Transport {
  lease: Lease | undefined;
  /** Whether it answers, refuses to connect, or says nothing. */
  state: 'up' | 'down' | 'silent' = 'up';
  /** Whether watches are allowed. */
  watchable = true;
  /** Successful writes: who held the lease then. */
  readonly holders: (string | undefined)[] = [];
  readonly #watches = new Set<(lease: Lease) => void>();
  #version = 0;

  async send(request: TransportRequest): Promise<TransportResponse> {
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
      return this.watchable ? this.#watch(request.signal) : answer(403);
    }
    if (request.method === 'GET') return this.lease ? answer(200, this.lease) : answer(404);
    const written = JSON.parse(request.body!) as Lease;
    const { resourceVersion } = this.lease?.metadata ?? {};
    if (resourceVersion !== written.metadata.resourceVersion) return answer(409);
    this.write(written.spec);
    return answer(200, this.lease);
  }

  /** As someone else would. */
  write(spec: Lease['spec']): void {
    const metadata = { name: 'l', namespace: 'n', resourceVersion: String(++this.#version) };
    this.lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      ...{ spec },
    };
    this.holders.push(spec?.holderIdentity);
    for (const tell of this.#watches) tell(this.lease);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #watch(signal: AbortSignal): TransportResponse {
    const events: Lease[] = [];
    let wake = Promise.withResolvers<undefined>();
    this.#watches.add((lease) => {
      events.push(lease);
      wake.resolve(undefined);
    });
    signal.addEventListener('abort', () => {
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

function answer(status: number, object?: object): TransportResponse {
  return jsonResponse(status, object ?? { kind: 'Status', code: status });
}
