import type { KubeClient } from '../../../kube/client/client.ts';
import type { Clock } from '../../../kube/runtime/clock.ts';
import { resourcePath } from '../../../kube/api/object.ts';
import type { Pod } from '../pods/pod-types.ts';
import { serviceAccounts } from '../resources.ts';

interface TokenRequest {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

interface Token {
  readonly value: string;
  /** Milliseconds since the epoch after which a new one is asked for. */
  readonly refreshAt: number;
}

/** Part of its life after which a kubelet replaces a token. */
const refreshAt = 0.8;

/** The ServiceAccount tokens of one pod, bound to it, each asked for once and again in time. */
export class ServiceAccountTokens {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();

  constructor(client: KubeClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** @param expirationSeconds wished life; the API server may give another */
  async token(pod: Pod, audience: string, expirationSeconds: number): Promise<string> {
    const id = `${audience} ${expirationSeconds}`;
    const known = this.#tokens.get(id);
    const now = this.#clock.now();
    if (known && now < known.refreshAt) return known.value;
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
    const life = Date.parse(status.expirationTimestamp) - now;
    this.#tokens.set(id, { value: status.token, refreshAt: now + life * refreshAt });
    return status.token;
  }

  /** When the first of the tokens given so far has to be replaced; undefined when there is none. */
  get refreshAt(): number | undefined {
    const times = [...this.#tokens.values()].map(({ refreshAt }) => refreshAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
