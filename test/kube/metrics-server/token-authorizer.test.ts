import { ApiError } from '../../../kube/api/errors.ts';
import type { RawRequest } from '../../../kube/client/requester.ts';
import { TokenAuthorizer } from '../../../kube/metrics-server/token-authorizer.ts';
import { FakeClock } from '../fake-clock.ts';
import { RecordingLogger } from '../recording-logger.ts';

interface Review {
  readonly kind: string;
  readonly spec: { readonly token?: string; readonly user?: string };
}

/** An API server in which `good` may read metrics, `other` may not, and no other token is valid. */
class Reviewer {
  readonly requests: RawRequest[] = [];
  fails = false;

  request<T extends object>(request: RawRequest): Promise<T> {
    this.requests.push(request);
    if (this.fails) return Promise.reject(new ApiError('POST', 503, { message: 'down' }));
    const { kind, spec } = request.body as Review;
    const authenticated = spec.token === 'good' || spec.token === 'other';
    const user = { username: spec.token, uid: '7', groups: ['g'], extra: { scope: ['a'] } };
    const status =
      kind === 'TokenReview'
        ? { authenticated, ...(authenticated && { user }) }
        : { allowed: spec.user === 'good' };
    return Promise.resolve({ status } as object as T);
  }
}

let server: Reviewer;
let clock: FakeClock;
let log: RecordingLogger;
let authorizer: TokenAuthorizer;

beforeEach(() => {
  server = new Reviewer();
  clock = new FakeClock();
  log = new RecordingLogger();
  authorizer = new TokenAuthorizer({ client: server, log, clock });
});

describe('TokenAuthorizer', () => {
  test.each([
    [undefined, 401],
    ['', 401],
    ['Basic dTpw', 401],
    ['Bearer ', 401],
  ])('rejects the header %j without a review', async (header, status) => {
    expect(await authorizer.review(header)).toBe(status);
    expect(server.requests).toEqual([]);
  });

  test.each([
    ['Bearer wrong', 401],
    ['Bearer other', 403],
    ['Bearer good', 200],
    ['bearer good', 200],
  ])('answers the header %j with %d', async (header, status) => {
    expect(await authorizer.review(header)).toBe(status);
  });

  test('reviews the token, and then whether its user may get the URL /metrics', async () => {
    await authorizer.review('Bearer good');
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /apis/authentication.k8s.io/v1/tokenreviews',
      'POST /apis/authorization.k8s.io/v1/subjectaccessreviews',
    ]);
    expect(server.requests.map(({ body }) => body)).toEqual([
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        metadata: {},
        spec: { token: 'good' },
      },
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        metadata: {},
        spec: {
          user: 'good',
          uid: '7',
          groups: ['g'],
          extra: { scope: ['a'] },
          nonResourceAttributes: { path: '/metrics', verb: 'get' },
        },
      },
    ]);
  });

  test('reviews a permitted token once a minute', async () => {
    for (let second = 0; second < 60; second++) {
      expect(await authorizer.review('Bearer good')).toBe(200);
      await clock.advance(1_000);
    }
    expect(server.requests).toHaveLength(2);
    await authorizer.review('Bearer good');
    expect(server.requests).toHaveLength(4);
  });

  test('reviews a rejected token again after 10 s', async () => {
    for (const token of ['wrong', 'other']) await authorizer.review(`Bearer ${token}`);
    await clock.advance(9_000);
    for (const token of ['wrong', 'other']) await authorizer.review(`Bearer ${token}`);
    expect(server.requests).toHaveLength(3);
    await clock.advance(1_000);
    for (const token of ['wrong', 'other']) await authorizer.review(`Bearer ${token}`);
    expect(server.requests).toHaveLength(6);
  });

  test('shares the review of concurrent requests with one token', async () => {
    const reviews = [1, 2, 3].map(() => authorizer.review('Bearer good'));
    expect(await Promise.all(reviews)).toEqual([200, 200, 200]);
    expect(server.requests).toHaveLength(2);
  });

  test('answers 500 while the API server fails, and reviews the token again at the next request', async () => {
    server.fails = true;
    expect(await authorizer.review('Bearer good')).toBe(500);
    expect(log.at('warn')).toHaveLength(1);
    server.fails = false;
    expect(await authorizer.review('Bearer good')).toBe(200);
  });

  test('limits the reviews of unknown tokens', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 30; i++) statuses.push(await authorizer.review(`Bearer t${i}`));
    expect(statuses).toEqual([...Array<number>(20).fill(401), ...Array<number>(10).fill(429)]);
    await clock.advance(200);
    expect(await authorizer.review('Bearer good')).toBe(200);
    expect(await authorizer.review('Bearer other')).toBe(429);
  });

  test('logs no token', async () => {
    server.fails = true;
    await authorizer.review('Bearer good');
    expect(JSON.stringify(log.entries)).not.toContain('good');
  });
});
