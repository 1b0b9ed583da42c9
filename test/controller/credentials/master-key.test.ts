import { loadMasterKey } from '../../../controller/credentials/master-key.ts';
import { KubeClient } from '../../../kube/client/client.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../../kube/client/http.ts';
import { jsonResponse } from '../../kube/json-response.ts';

const key = { namespace: 'bitcoin-controller', name: 'bitcoin-controller-key' };
const stored = Buffer.alloc(32, 7);

interface SecretBody {
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly data: Record<string, string>;
}

/** An API server that stores one Secret. */
class SecretTransport implements Transport {
  secret: SecretBody | undefined;
  readonly requests: string[] = [];
  /** Replaces the response to a method. */
  readonly responses: Partial<Record<string, () => TransportResponse>> = {};

  send({ method, path, body }: TransportRequest): Promise<TransportResponse> {
    this.requests.push(`${method} ${path.split('?', 1)[0]!}`);
    const response = this.responses[method];
    if (response) return Promise.resolve(response());
    if (method === 'POST') this.secret = JSON.parse(body!) as SecretBody;
    return Promise.resolve(this.secret ? jsonResponse(200, this.secret) : refusal(404, 'NotFound'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function refusal(code: number, reason: string): TransportResponse {
  return jsonResponse(code, { kind: 'Status', code, reason });
}

describe('loadMasterKey', () => {
  let server: SecretTransport;

  beforeEach(() => {
    server = new SecretTransport();
  });

  const secret = (data: Record<string, string>) => ({ metadata: { ...key }, data });
  const load = () =>
    loadMasterKey(new KubeClient(server, { userAgent: 'test' }), key, new AbortController().signal);

  test('returns the key that the Secret holds', async () => {
    server.secret = secret({ 'master-key': stored.toString('base64') });
    expect(await load()).toEqual(stored);
    expect(server.requests).toEqual([
      'GET /api/v1/namespaces/bitcoin-controller/secrets/bitcoin-controller-key',
    ]);
  });

  test('creates a Secret with 32 random bytes at the first start', async () => {
    const created = await load();
    expect(created).toHaveLength(32);
    expect(server.secret).toMatchObject({
      metadata: {
        ...key,
        labels: { 'app.kubernetes.io/managed-by': 'bitcoin-controller' },
      },
      data: { 'master-key': created.toString('base64') },
    });
    expect(await load()).toEqual(created);
    server.secret = undefined;
    expect(await load()).not.toEqual(created);
  });

  test('reads the key again if another process creates the Secret first', async () => {
    server.responses.POST = () => {
      server.secret = secret({ 'master-key': stored.toString('base64') });
      return refusal(409, 'AlreadyExists');
    };
    expect(await load()).toEqual(stored);
    expect(server.requests.map((request) => request.split(' ', 1)[0])).toEqual([
      'GET',
      'POST',
      'GET',
    ]);
  });

  test.each([
    ['has no entry', {}],
    ['has an empty key', { 'master-key': '' }],
    ['has a short key', { 'master-key': Buffer.alloc(31).toString('base64') }],
  ])('rejects a Secret that %s instead of replacing it', async (_, data) => {
    server.secret = secret(data);
    await expect(load()).rejects.toThrow(
      /^Secret bitcoin-controller\/bitcoin-controller-key has no master-key of 32 bytes or more: /,
    );
    expect(server.requests).toHaveLength(1);
    expect(server.secret).toEqual(secret(data));
  });

  test.each([
    ['GET', 403, 'Forbidden'],
    ['POST', 403, 'Forbidden'],
  ])('throws the error of a %s other than 404 or AlreadyExists', async (method, code, reason) => {
    server.responses[method] = () => refusal(code, reason);
    await expect(load()).rejects.toMatchObject({ code, reason });
  });
});
