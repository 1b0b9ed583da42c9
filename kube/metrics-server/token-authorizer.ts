import { createHash } from 'node:crypto';
import type { KubeClient } from '../client/client.ts';
import { TokenBuckets } from '../events/token-buckets.ts';
import { systemClock, type Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Authorizer } from './server.ts';

/** The options of {@link TokenAuthorizer}. */
export interface TokenAuthorizerOptions {
  /** It needs the verb create on TokenReviews and SubjectAccessReviews. */
  readonly client: Pick<KubeClient, 'request'>;
  readonly log: Logger;
  /** @default the system clock */
  readonly clock?: Clock;
}

/** Milliseconds for which a permission, or its lack, is remembered. */
const allowedTtl = 60_000;
const deniedTtl = 10_000;

/** Milliseconds in which the API server must answer a review. */
const reviewTimeout = 4_000;

/** Maximum number of tokens that are remembered. */
const capacity = 100;

/** Reviews are limited to 20, and one more every 200 ms, to protect the API server. */
const reviewRate = { burst: 20, interval: 200, capacity: 1 };

/** The user of a token, as a TokenReview returns it. */
interface User {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The fields that the API server sets in a TokenReview and in a SubjectAccessReview. */
interface Review {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly user?: User;
    readonly allowed?: boolean;
  };
}

/**
 * Asks the API server who sends a request, by a TokenReview, and whether that user may get the URL
 * `/metrics`, by a SubjectAccessReview. controller-runtime protects metrics in the same way.
 */
export class TokenAuthorizer implements Authorizer {
  readonly #options: TokenAuthorizerOptions;
  readonly #clock: Clock;
  readonly #rate: TokenBuckets;
  /** The results by the hash of the token, the oldest first. */
  readonly #results = new Map<string, { readonly status: Promise<number>; expires: number }>();

  constructor(options: TokenAuthorizerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#rate = new TokenBuckets({ ...reviewRate, clock: this.#clock });
  }

  async review(authorization: string | undefined): Promise<number> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 401;
    const id = createHash('sha256').update(token).digest('base64');
    const cached = this.#results.get(id);
    if (cached && this.#clock.elapsed() < cached.expires) return cached.status;
    if (!this.#rate.take('')) return 429;
    this.#results.delete(id);
    const result = { status: this.#reviewToken(token), expires: Infinity };
    this.#results.set(id, result);
    const [oldest] = this.#results.keys();
    if (this.#results.size > capacity) this.#results.delete(oldest!);
    const status = await result.status;
    if (status === 500) this.#results.delete(id);
    else result.expires = this.#clock.elapsed() + (status === 200 ? allowedTtl : deniedTtl);
    return status;
  }

  /** Returns 200, 401 or 403, and 500 if the API server cannot answer. */
  async #reviewToken(token: string): Promise<number> {
    try {
      const user = await this.#userOf(token);
      if (user === undefined) return 401;
      return (await this.#mayRead(user)) ? 200 : 403;
    } catch (err) {
      this.#options.log.warn({ err }, 'failed to review the token of a request for metrics');
      return 500;
    }
  }

  async #userOf(token: string): Promise<User | undefined> {
    const { status } = await this.#create('authentication.k8s.io/v1', 'TokenReview', { token });
    return status?.authenticated === true ? (status.user ?? {}) : undefined;
  }

  async #mayRead({ username, uid, groups, extra }: User): Promise<boolean> {
    const nonResourceAttributes = { path: '/metrics', verb: 'get' };
    const spec = { user: username, uid, groups, extra, nonResourceAttributes };
    const apiVersion = 'authorization.k8s.io/v1';
    const { status } = await this.#create(apiVersion, 'SubjectAccessReview', spec);
    return status?.allowed === true;
  }

  #create(apiVersion: string, kind: string, spec: object): Promise<Review> {
    return this.#options.client.request({
      method: 'POST',
      path: `/apis/${apiVersion}/${kind.toLowerCase()}s`,
      body: { apiVersion, kind, metadata: {}, spec },
      signal: AbortSignal.timeout(reviewTimeout),
    });
  }
}
