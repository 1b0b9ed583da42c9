import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { networkEvents } from '../framework/network-events.ts';
import { conditionOf } from '../framework/network-resource.ts';
import { Network } from '../framework/network.ts';
import { networkOf, recipe } from '../framework/recipe.ts';
import { step } from '../framework/step.ts';

/**
 * A stand-in for the operators of docs/secrets.md: it writes the Secret of a network long after the
 * network was created, and changes the password later.
 */
const kubectl = useNamespace('late-secret');
const { spec } = networkOf(recipe('secrets/vault.yaml'));
const alice = new Network(kubectl, 'alice');
const blocks = 20;

const writeSecret = (password: string) =>
  kubectl.applySecret(spec.secret!, { BC_RPC_USER: 'wallet', BC_RPC_PASSWORD: password });

/** Returns the HTTP status of an RPC request to a node with the password. */
async function rpcStatus(ordinal: number, password: string): Promise<number> {
  const { address, close } = await alice.forwardRpc(ordinal);
  try {
    const authorization = `Basic ${Buffer.from(`wallet:${password}`).toString('base64')}`;
    const body = JSON.stringify({ id: 1, method: 'getblockcount', params: [] });
    const init = { method: 'POST', headers: { authorization }, body };
    return (await fetch(`http://${address}/`, init)).status;
  } finally {
    close();
  }
}

/** The responses of all nodes to a password. */
const rpcStatuses = (password: string) =>
  Promise.all([0, 1].map((ordinal) => rpcStatus(ordinal, password)));

step(
  'a network whose Secret is written 30 s late gets ready without user action or Stalled',
  async () => {
    await alice.apply(spec);
    await eventually(20, async () => {
      const ready = conditionOf(await alice.resource(), 'Ready');
      expect(ready.message).toContain('secret "alice-rpc" not found');
    });
    await sleep(30_000);
    const waiting = await alice.resource();
    expect(conditionOf(waiting, 'Reconciling').status).toBe('True');
    await writeSecret('first');
    await alice.waitForCondition('Ready', 60);
    await alice.waitForCondition('PeersConnected', 10);
    const stalled = conditionOf(await alice.resource(), 'Stalled');
    expect(stalled).toMatchObject({
      status: 'False',
      lastTransitionTime: conditionOf(waiting, 'Stalled').lastTransitionTime,
    });
    const reasons = (await networkEvents(kubectl, 'alice')).map(({ reason }) => reason);
    expect(reasons).not.toContain('Stalled');
    expect(await rpcStatuses('first')).toEqual([200, 200]);
    await alice.mine(blocks);
  },
  150,
);

step(
  'nodes keep their password when the Secret rotates, and take the new one when they restart in place',
  async () => {
    await writeSecret('second');
    const before = await alice.incarnations();
    expect(await rpcStatuses('first')).toEqual([200, 200]);
    expect(await rpcStatuses('second')).toEqual([401, 401]);
    for (const ordinal of [0, 1]) {
      const pod = alice.podName(ordinal);
      const stop = ['/usr/local/bin/bitcoin-cli', '-regtest', '-conf=/bitcoin.conf', 'stop'];
      await kubectl.run(['exec', pod, '--', ...stop]);
      await eventually(60, async () => {
        expect((await alice.incarnations()).get(pod)?.restarts).toBe(1);
        expect(await rpcStatus(ordinal, 'second')).toBe(200);
      });
      await alice.waitForCondition('PeersConnected', 60);
    }
    expect(await rpcStatuses('first')).toEqual([401, 401]);
    expect(await alice.heights(2)).toEqual([blocks, blocks]);
    const uids = (incarnations: typeof before) => [...incarnations.values()].map(({ uid }) => uid);
    expect(uids(await alice.incarnations())).toEqual(uids(before));
  },
  150,
);

/** The annotations of the pod template with which tools restart the pods of a workload. */
const restarts = [
  ['kubectl rollout restart', 'kubectl.kubernetes.io/restartedAt'],
  ['Vault Secrets Operator', 'vso.secrets.hashicorp.com/restartedAt'],
] as const;
for (const [index, [tool, annotation]] of restarts.entries()) {
  step(
    `a restart by ${tool} replaces the nodes, which take the new password and keep the chain`,
    async () => {
      const password = `rotated-${index}`;
      await writeSecret(password);
      const before = await alice.incarnations();
      await kubectl.patch('statefulset/alice-sts', {
        spec: { template: { metadata: { annotations: { [annotation]: password } } } },
      });
      await eventually(90, async () => {
        const after = await alice.incarnations();
        for (const [pod, { uid }] of before) expect(after.get(pod)?.uid ?? uid).not.toBe(uid);
        expect(conditionOf(await alice.resource(), 'Ready').status).toBe('True');
      });
      expect(await rpcStatuses(password)).toEqual([200, 200]);
      await eventually(30, async () => {
        expect(await alice.heights(2)).toEqual([blocks, blocks]);
      });
    },
    180,
  );
}
