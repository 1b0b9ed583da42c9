import type { KubeClient } from '../../../kube/client/client.ts';
import type { Clock } from '../../../kube/runtime/clock.ts';
import { resourcePath } from '../../../kube/api/object.ts';
import type { Pod } from '../api/pod.ts';
import { serviceAccounts } from '../api/resources.ts';

interface TokenRequest {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly refreshAt: number;
}

/** The fraction of a token's lifetime after which a kubelet replaces it. */
const refreshFraction = 0.8;

/** The ServiceAccount tokens of one pod: bound to it, cached and renewed before they expire. */
export class ServiceAccountTokens {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();

  constructor(client: KubeClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** @param expirationSeconds the requested lifetime; the API server may choose another */
  async token(pod: Pod, audience: string, expirationSeconds: number): Promise<string> {
    const id = `${audience} ${expirationSeconds}`;
    const cached = this.#tokens.get(id);
    const now = this.#clock.now();
    if (cached && now < cached.refreshAt) return cached.value;
    const { name, namespace, uid } = pod.metadata;
    const { status } = await this.#client.request<TokenRequest>({
      method: 'POST',
      path: resourcePath(serviceAccounts, {
        namespace,
        name: pod.spec.serviceAccountName ?? 'default',
        subresource: 'token',
      }),
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: audience === '' ? [] : [audience],
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      },
    });
    const lifetime = Date.parse(status.expirationTimestamp) - now;
    this.#tokens.set(id, { value: status.token, refreshAt: now + lifetime * refreshFraction });
    return status.token;
  }

  /** When the next cached token must be replaced, or undefined without tokens. */
  get refreshAt(): number | undefined {
    const times = [...this.#tokens.values()].map(({ refreshAt }) => refreshAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
