import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { always, eventually } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/**
 * What a user does with the controller, in the order of the README, on the
 * cluster of KUBECONFIG: the playground's in `npm test`, any in `npm run e2e`.
 */
const cluster = new Kubectl();
const dist = join(import.meta.dirname, '../../dist');
const namespaces = ['walk', 'other', 'alone'].map(
  (name) => `${name}-${randomBytes(3).toString('hex')}`,
);
const [walk, other, alone] = namespaces as [string, string, string];
const alice = new Network(cluster.in(walk), 'alice');
const login = { BC_RPC_USER: 'wallet', BC_RPC_PASSWORD: randomBytes(12).toString('hex') };

beforeAll(async () => {
  for (const namespace of namespaces) await cluster.run(['create', 'namespace', namespace]);
}, 30_000);

afterAll(async () => {
  await cluster.run(['delete', 'namespace', ...namespaces, '--wait=false']);
}, 30_000);

step(
  'the controller runs from dist/, admitted by Pod Security restricted',
  async () => {
    await cluster.run(['apply', '--server-side', '--force-conflicts', '-f', dist]);
    const own = cluster.in('bitcoin-controller');
    await own.run(['rollout', 'status', 'deployment/bitcoin-controller', '--timeout=60s']);
    const { metadata } = await cluster.get<{ metadata: { labels: Record<string, string> } }>(
      'namespace',
      'bitcoin-controller',
    );
    expect(metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  },
  90,
);

step(
  'its rights are those of dist/: no Secrets but its own',
  async () => {
    const account = '--as=system:serviceaccount:bitcoin-controller:bitcoin-controller-sva';
    const rights = async (namespace: string) =>
      (await cluster.run(['auth', 'can-i', '--list', account, '--namespace', namespace]))
        .split('\n')
        .slice(1)
        // Non-resource URLs, which every account may read, start with a blank.
        .filter((line) => /^\S/.test(line))
        .map((line) => line.replace(/\s+/g, ' ').trim());
    const abroad = await rights(walk);
    expect(abroad).toContain('pods [] [] [get list watch]');
    expect(abroad.filter((line) => line.includes('secrets') || line.includes('*'))).toEqual([]);
    const athome = (await rights('bitcoin-controller')).filter((line) => line.includes('secrets'));
    expect(athome.sort()).toEqual([
      'secrets [] [] [create]',
      'secrets [] [bitcoin-controller-key] [get]',
    ]);
  },
  30,
);

step(
  'three nodes with a login become ready, every pair connected',
  async () => {
    await alice.kubectl.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'bitcoin-default-secret' },
      stringData: login,
    });
    await alice.create({ nodes: 3, secret: 'bitcoin-default-secret' });
    await alice.wait('Ready', 60);
    await alice.wait('PeersConnected', 10);
    await alice.eventuallyMeshed(3, 5);
    await alice.eventuallyLists(3, 2, 5);
  },
  90,
);

step(
  'status tells every node, and events what was done',
  async () => {
    const { metadata, status } = await alice.resource();
    const pods = await alice.pods();
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      replicas: 3,
      readyNodes: 3,
      connectedNodes: 3,
    });
    expect(status!.nodes).toEqual(
      pods.map((pod, ordinal) => ({
        ordinal,
        nodeName: alice.pod(ordinal),
        dnsName: `${alice.pod(ordinal)}.alice-svc`,
        ip: pod.status!.podIP,
        ready: true,
        peers: 2,
      })),
    );
    const { items } = await alice.kubectl.get<{ items: { reason: string }[] }>(
      'events',
      '--field-selector',
      'involvedObject.kind=BitcoinNetwork,involvedObject.name=alice',
    );
    const reasons = items.map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['Created', 'Ready', 'PeersConnected']));
  },
  30,
);

step(
  "RPC takes the Secret's login and no other",
  async () => {
    const [pod] = await alice.pods();
    const isPlayground = (pod!.status as { hostIP?: string }).hostIP === '127.0.0.1';
    const forward = isPlayground
      ? { address: `${pod!.status!.podIP!}:18332`, close: () => undefined }
      : await alice.kubectl.forward(alice.pod(0), 18332);
    const post = (password: string) => {
      const basic = Buffer.from(`${login.BC_RPC_USER}:${password}`).toString('base64');
      return fetch(`http://${forward.address}/`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: JSON.stringify({ method: 'getblockcount', params: [] }),
      });
    };
    try {
      const answer = await post(login.BC_RPC_PASSWORD);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ result: 0 });
      expect((await post('wrong')).status).toBe(401);
    } finally {
      forward.close();
    }
  },
  30,
);

describe.each([
  [
    'patch',
    (nodes: number) => {
      const patch = JSON.stringify({ spec: { nodes } });
      return alice.kubectl.run(['patch', 'bitcoinnetwork', 'alice', '--type=merge', '-p', patch]);
    },
  ],
  [
    'kubectl scale',
    (nodes: number) =>
      alice.kubectl.run(['scale', 'bitcoinnetwork', 'alice', `--replicas=${nodes}`]),
  ],
])('by %s', (by, scale) => {
  step(
    `nodes 3 -> 4 -> 3 by ${by}: the lists follow, and no pod that stays is restarted`,
    async () => {
      const before = await alice.incarnations();
      expect(before.size).toBe(3);
      await scale(4);
      await eventually(30, async () => {
        expect(await alice.resource()).toMatchObject({
          status: { readyNodes: 4, connectedNodes: 4 },
        });
      });
      await alice.eventuallyLists(4, 3, 5);
      await alice.eventuallyMeshed(4, 5);
      await scale(3);
      await alice.eventuallyLists(3, 2, 15);
      await alice.eventuallyMeshed(3, 15);
      await eventually(30, async () => {
        expect(await alice.incarnations()).toEqual(before);
      });
      await alice.wait('Ready', 10);
    },
    120,
  );
});

step(
  'replicas set on the StatefulSet are put back',
  async () => {
    await alice.kubectl.run(['scale', 'sts', 'alice-sts', '--replicas=5']);
    await eventually(10, async () => {
      const set = await alice.kubectl.get<{ spec: { replicas: number } }>('sts', 'alice-sts');
      expect(set.spec.replicas).toBe(3);
      expect((await alice.pods()).length).toBe(3);
    });
  },
  30,
);

step(
  'a deleted pod comes back connected',
  async () => {
    const before = await alice.incarnations();
    await alice.kubectl.run(['delete', 'pod', alice.pod(1), '--wait=false']);
    await eventually(30, async () => {
      const after = await alice.incarnations();
      expect(after.get(alice.pod(1))?.uid).toBeDefined();
      expect(after.get(alice.pod(1))!.uid).not.toBe(before.get(alice.pod(1))!.uid);
    });
    await alice.wait('Ready', 30);
    await alice.eventuallyMeshed(3, 5);
    await alice.wait('PeersConnected', 5);
  },
  90,
);

step(
  'a network of the same name in another namespace is another network',
  async () => {
    const namesake = new Network(cluster.in(other), 'alice');
    const before = await alice.incarnations();
    await namesake.create({ nodes: 2 });
    await namesake.wait('Ready', 60);
    await namesake.eventuallyMeshed(2, 10);
    await namesake.delete();
    await eventually(30, async () => {
      expect(await namesake.pods()).toEqual([]);
    });
    expect(await alice.incarnations()).toEqual(before);
    await alice.eventuallyMeshed(3, 5);
  },
  120,
);

step(
  'twelve nodes: every pair connected',
  async () => {
    const dozen = new Network(cluster.in(walk), 'dozen');
    await dozen.create({ nodes: 12 });
    await dozen.wait('Ready', 90);
    await dozen.wait('PeersConnected', 10);
    await dozen.eventuallyMeshed(12, 10);
    await dozen.eventuallyLists(12, 8, 5);
    await dozen.delete();
  },
  150,
);

step(
  'everything is gone with the network, and stays gone',
  async () => {
    await alice.delete();
    const left = async () => {
      const kinds = 'sts,svc,configmaps,pods';
      const list = await alice.kubectl.get<{ items: unknown[] }>(kinds, '-l', 'app=alice');
      expect(list.items).toEqual([]);
    };
    await eventually(60, left);
    await always(5, left);
  },
  90,
);

step(
  'the manifests of dist/networks are a connected network without the controller',
  async () => {
    const example = new Network(cluster.in(alone), 'example');
    await example.kubectl.run(
      ['apply', '-f', '-'],
      readFileSync(join(dist, 'networks/example.yaml'), 'utf8'),
    );
    await eventually(60, async () => {
      const { items } = await example.kubectl.get<{
        items: { status: { readyReplicas?: number } }[];
      }>('sts');
      expect(items[0]!.status.readyReplicas).toBe(3);
    });
    await example.eventuallyMeshed(3, 70);
    await example.kubectl.run(['delete', 'pod', example.pod(2)]);
    await example.eventuallyMeshed(3, 70);
  },
  240,
);
