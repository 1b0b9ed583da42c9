import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../framework/checkout.ts';
import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { consistently, eventually } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { useNamespace } from '../framework/namespace.ts';
import { networkEvents } from '../framework/network-events.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/**
 * The steps that a user takes with the controller, in the order of the README. They run on the
 * cluster of KUBECONFIG: a playground in `npm test`, any cluster in `npm run e2e`.
 */
const cluster = new Kubectl();
const dist = join(checkout, 'dist');
const kubectl = useNamespace('journey');
const inOther = useNamespace('other');
const withoutController = useNamespace('manifests');
const alice = new Network(kubectl, 'alice');
const credentials = { BC_RPC_USER: 'wallet', BC_RPC_PASSWORD: randomBytes(12).toString('hex') };

step(
  'the controller of dist/ runs under the Pod Security level restricted',
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
  'the controller can read no Secret but its own',
  async () => {
    const account = '--as=system:serviceaccount:bitcoin-controller:bitcoin-controller-sva';
    const permissions = async (namespace: string) =>
      (await cluster.run(['auth', 'can-i', '--list', account, '--namespace', namespace]))
        .split('\n')
        .slice(1)
        // A line of non-resource URLs, which every account may read, starts with a blank.
        .filter((line) => /^\S/.test(line))
        .map((line) => line.replace(/\s+/g, ' ').trim());
    const elsewhere = await permissions(kubectl.namespace!);
    expect(elsewhere).toContain('pods [] [] [get list watch]');
    expect(elsewhere.filter((line) => line.includes('secrets') || line.includes('*'))).toEqual([]);
    const ownNamespace = await permissions('bitcoin-controller');
    expect(ownNamespace.filter((line) => line.includes('secrets')).sort()).toEqual([
      'secrets [] [] [create]',
      'secrets [] [bitcoin-controller-key] [get]',
    ]);
  },
  30,
);

step(
  'a network of three nodes with a Secret becomes ready and fully linked',
  async () => {
    await kubectl.applySecret('bitcoin-default-secret', credentials);
    await alice.apply({ nodes: 3, secret: 'bitcoin-default-secret' });
    await alice.waitForCondition('Ready', 60);
    await alice.waitForCondition('PeersConnected', 10);
    await alice.waitForFullMesh(3, 5);
    await alice.waitForAddnodeLists(3, 2, 5);
  },
  90,
);

step(
  'the status lists every node, and events report the creation',
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
        firstReadyTime: expect.any(String) as string,
        peers: 2,
      })),
    );
    const reasons = (await networkEvents(kubectl, 'alice')).map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['Created', 'Ready', 'PeersConnected']));
  },
  30,
);

step(
  'RPC accepts the credentials of the Secret and no others',
  async () => {
    const forward = await alice.forwardRpc(0);
    const post = (password: string) => {
      const basic = Buffer.from(`${credentials.BC_RPC_USER}:${password}`).toString('base64');
      return fetch(`http://${forward.address}/`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: JSON.stringify({ method: 'getblockcount', params: [] }),
      });
    };
    try {
      const response = await post(credentials.BC_RPC_PASSWORD);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ result: 0 });
      expect((await post('wrong')).status).toBe(401);
    } finally {
      forward.close();
    }
  },
  30,
);

const scaleCommands = [
  ['kubectl patch', (nodes: number) => kubectl.patch('bitcoinnetwork/alice', { spec: { nodes } })],
  [
    'kubectl scale',
    (nodes: number) => kubectl.run(['scale', 'bitcoinnetwork', 'alice', `--replicas=${nodes}`]),
  ],
] as const;
for (const [command, scale] of scaleCommands) {
  step(
    `scaling from 3 to 4 nodes and back by ${command} restarts no remaining pod`,
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
}

step(
  'replicas changed in the StatefulSet are reverted',
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
  'a deleted pod is replaced and linked again',
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
  'a network of the same name in another namespace is independent',
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
  'a network of twelve nodes becomes fully linked',
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
  'a deleted network leaves no objects behind',
  async () => {
    await alice.delete();
    const expectNoObjects = async () => {
      const kinds = 'sts,svc,configmaps,pods';
      const list = await kubectl.get<{ items: unknown[] }>(kinds, '-l', 'app=alice');
      expect(list.items).toEqual([]);
    };
    await eventually(60, expectNoObjects);
    await consistently(5, expectNoObjects);
  },
  90,
);

step(
  'the manifests of dist/networks form a fully linked network without the controller',
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
