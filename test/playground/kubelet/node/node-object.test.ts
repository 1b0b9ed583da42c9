import { KubeClient } from '../../../../kube/client/client.ts';
import { ConnectionError } from '../../../../kube/api/errors.ts';
import type {
  Transport,
  TransportRequest,
  TransportResponse,
} from '../../../../kube/client/http.ts';
import { NodeObject } from '../../../../playground/kubelet/node/node-object.ts';
import { FakeClock } from '../../../kube/fake-clock.ts';
import { jsonResponse } from '../../../kube/json-response.ts';
import { RecordingLogger } from '../../../kube/recording-logger.ts';

interface Condition {
  type: string;
  status: string;
}

/** An API server with one Node and its Lease. */
class FakeApiServer implements Transport {
  up = true;
  conditions: Condition[] = [];
  statusWrites = 0;
  renewals = 0;

  send({ method, path, body }: TransportRequest): Promise<TransportResponse> {
    if (!this.up) return Promise.reject(new ConnectionError('down'));
    if (path.includes('/leases')) this.renewals++;
    if (path.split('?')[0]!.endsWith('/status')) {
      this.statusWrites++;
      const written = JSON.parse(body!) as { status: { conditions: Condition[] } };
      this.conditions = written.status.conditions;
    }
    const { conditions } = this;
    const node = { metadata: { name: 'n', uid: '1' }, status: { conditions } };
    return Promise.resolve(jsonResponse(method === 'POST' ? 201 : 200, node));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

let server: FakeApiServer;
let clock: FakeClock;
let node: NodeObject;

beforeEach(async () => {
  server = new FakeApiServer();
  clock = new FakeClock(Date.UTC(2026, 0));
  node = new NodeObject({
    client: new KubeClient(server, { userAgent: 'test/1', clock }),
    clock,
    log: new RecordingLogger(),
    ...{ name: 'n', address: '127.0.0.1', kubeletPort: 1 },
  });
  await node.start();
});

afterEach(() => {
  node.stop();
});

/** Advances the clock in steps that are long enough for a request and its retry. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) await clock.advance(1_000);
}

describe('NodeObject', () => {
  test('renews its Lease every 10 s and writes its status every 5 minutes', async () => {
    expect(server).toMatchObject({ statusWrites: 1, conditions: [{ status: 'True' }] });
    const { renewals } = server;
    await pass(290);
    expect(server.statusWrites).toBe(1);
    expect(server.renewals - renewals).toBe(29);
    await pass(30);
    expect(server.statusWrites).toBe(2);
  });

  test('sets Ready back to True after the API server was unreachable', async () => {
    server.up = false;
    await pass(60);
    server.conditions = [{ type: 'Ready', status: 'Unknown' }];
    const { renewals } = server;
    server.up = true;
    // The client repeats a request after a delay of its own.
    await pass(10);
    expect(server.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
    expect(server.renewals).toBeGreaterThan(renewals);
  });

  test('sets Ready back to True if another client has changed it', async () => {
    server.conditions = [{ type: 'Ready', status: 'Unknown' }];
    await pass(10);
    expect(server.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
  });

  test('sends no requests after it was stopped', async () => {
    node.stop();
    const { renewals } = server;
    await pass(60);
    expect(server.renewals).toBe(renewals);
    expect(clock.pending).toEqual([]);
  });
});
