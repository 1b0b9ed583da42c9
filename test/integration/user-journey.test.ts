import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../framework/checkout.ts';
import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { consistently, eventually } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { Network } from '../framework/network.ts';
import { networkEvents } from '../framework/network-events.ts';
import { useNamespace } from '../framework/namespace.ts';
import { step } from '../framework/step.ts';

/**
 * What a user does with the controller, in the order of the README, on the
 * cluster of KUBECONFIG: the playground's in `npm test`, any in `npm run e2e`.
 */
const cluster = new Kubectl();
const dist = join(checkout, 'dist');
const kubectl = useNamespace('journey');
const inOther = useNamespace('other');
const withoutController = useNamespace('manifests');
const alice = new Network(kubectl, 'alice');
const login = { BC_RPC_USER: 'wallet', BC_RPC_PASSWORD: randomBytes(12).toString('hex') };

step(
  'the controller runs from dist/, admitted by Pod Security restricted',
  async () => {
    await cluster.run(['apply', '--server-side', '--force-conflicts', '-f', dist]);
    await new ControllerDeployment().waitForRollout();
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
    const abroad = await rights(kubectl.namespace!);
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
    await kubectl.applySecret('bitcoin-default-secret', login);
    await alice.apply({ nodes: 3, secret: 'bitcoin-default-secret' });
    await alice.waitForCondition('Ready', 60);
    await alice.waitForCondition('PeersConnected', 10);
    await alice.waitForFullMesh(3, 5);
    await alice.waitForAddnodeLists(3, 2, 5);
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
        nodeName: alice.podName(ordinal),
        dnsName: `${alice.podName(ordinal)}.alice-svc`,
        ip: pod.status!.podIP,
        ready: true,
        peers: 2,
      })),
    );
    const reasons = (await networkEvents(kubectl, 'alice')).map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['Created', 'Ready', 'PeersConnected']));
  },
  30,
);

step(
  "RPC takes the Secret's login and no other",
  async () => {
    const [pod] = await alice.pods();
    const isPlayground = pod!.status!.hostIP === '127.0.0.1';
    const forward = isPlayground
      ? { address: `${pod!.status!.podIP!}:18332`, close: () => undefined }
      : await kubectl.forward(alice.podName(0), 18332);
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
  ['patch', (nodes: number) => kubectl.patch('bitcoinnetwork/alice', { spec: { nodes } })],
  [
    'kubectl scale',
    (nodes: number) => kubectl.run(['scale', 'bitcoinnetwork', 'alice', `--replicas=${nodes}`]),
  ],
])('by %s', (by, scale) => {
  step(
    `nodes 3 -> 4 -> 3 by ${by}: the lists follow, and no pod that stays is restarted`,
    async () => {
      const before = await alice.incarnations();
      expect(before.size).toBe(3);
      await scale(4);
      await alice.waitForStatus({ readyNodes: 4, connectedNodes: 4 }, 30);
      await alice.waitForAddnodeLists(4, 3, 5);
      await alice.waitForFullMesh(4, 5);
      await scale(3);
      await alice.waitForAddnodeLists(3, 2, 15);
      await alice.waitForFullMesh(3, 15);
      await eventually(30, async () => {
        expect(await alice.incarnations()).toEqual(before);
      });
      await alice.waitForCondition('Ready', 10);
    },
    120,
  );
});

step(
  'replicas set on the StatefulSet are put back',
  async () => {
    await kubectl.run(['scale', 'sts', 'alice-sts', '--replicas=5']);
    await eventually(10, async () => {
      const set = await kubectl.get<{ spec: { replicas: number } }>('sts', 'alice-sts');
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
    await kubectl.run(['delete', 'pod', alice.podName(1), '--wait=false']);
    await eventually(30, async () => {
      const after = await alice.incarnations();
      expect(after.get(alice.podName(1))?.uid).toBeDefined();
      expect(after.get(alice.podName(1))!.uid).not.toBe(before.get(alice.podName(1))!.uid);
    });
    await alice.waitForCondition('Ready', 30);
    await alice.waitForFullMesh(3, 5);
    await alice.waitForCondition('PeersConnected', 5);
  },
  90,
);

step(
  'a network of the same name in another namespace is another network',
  async () => {
    const namesake = new Network(inOther, 'alice');
    const before = await alice.incarnations();
    await namesake.apply({ nodes: 2 });
    await namesake.waitForCondition('Ready', 60);
    await namesake.waitForFullMesh(2, 10);
    await namesake.delete();
    await eventually(30, async () => {
      expect(await namesake.pods()).toEqual([]);
    });
    expect(await alice.incarnations()).toEqual(before);
    await alice.waitForFullMesh(3, 5);
  },
  120,
);

step(
  'twelve nodes: every pair connected',
  async () => {
    const dozen = new Network(kubectl, 'dozen');
    await dozen.apply({ nodes: 12 });
    await dozen.waitForCondition('Ready', 90);
    await dozen.waitForCondition('PeersConnected', 10);
    await dozen.waitForFullMesh(12, 10);
    await dozen.waitForAddnodeLists(12, 8, 5);
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
      const list = await kubectl.get<{ items: unknown[] }>(kinds, '-l', 'app=alice');
      expect(list.items).toEqual([]);
    };
    await eventually(60, left);
    await consistently(5, left);
  },
  90,
);

step(
  'the manifests of dist/networks are a connected network without the controller',
  async () => {
    const example = new Network(withoutController, 'example');
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
    await example.waitForFullMesh(3, 70);
    await example.kubectl.run(['delete', 'pod', example.podName(2)]);
    await example.waitForFullMesh(3, 70);
  },
  240,
);
