import { randomBytes } from 'node:crypto';
import { App, Chart } from 'cdk8s';
import { ControllerInstall } from '../../constructs/index.ts';
import { KubeClient, loadKubeConfig } from '../../kube/index.ts';
import { allowed, discover, verbs, type Account, type Target } from '../framework/access.ts';
import { always, eventually } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** What the controller may do: every verb on every resource that the cluster has is asked for. */

const cluster = new Kubectl();
const home = 'bitcoin-controller';
const installed: Account = { namespace: home, name: 'bitcoin-controller-sva' };
/** Two namespaces of the test, of which one gets a controller of its own. */
const [team, other] = ['team', 'other'].map(
  (name) => `${name}-${randomBytes(3).toString('hex')}`,
) as [string, string];

let client: KubeClient;
let targets: Target[];

beforeAll(async () => {
  client = KubeClient.fromKubeConfig(loadKubeConfig(), { userAgent: 'rights' });
  targets = await discover(client);
  for (const namespace of [team, other]) await cluster.run(['create', 'namespace', namespace]);
}, 60_000);

afterAll(async () => {
  await client.close();
  await cluster.run(['delete', 'namespace', team, other, '--wait=false']);
  await cluster.in(home).run(['scale', 'deployment', 'bitcoin-controller', '--replicas=1']);
}, 60_000);

/** Rights on networks and what they are made of. */
const networkRights = [
  ...each(['get', 'list', 'watch'], 'bitcoinnetworks.bitcoincontroller.christianb93.github.com'),
  'patch bitcoinnetworks.bitcoincontroller.christianb93.github.com/status',
  'update bitcoinnetworks.bitcoincontroller.christianb93.github.com/finalizers',
  ...each(['get', 'list', 'watch', 'create', 'patch'], 'statefulsets.apps'),
  ...each(['get', 'list', 'watch', 'create', 'patch'], 'services'),
  ...each(['get', 'list', 'watch', 'create', 'patch'], 'configmaps'),
  ...each(['get', 'list', 'watch'], 'pods'),
  ...each(['create', 'patch'], 'events.events.k8s.io'),
];
const ownRights = ['create secrets', 'create leases.coordination.k8s.io'];

function each(someVerbs: readonly string[], what: string): string[] {
  return someVerbs.map((verb) => `${verb} ${what}`);
}

/** What the account may do and one without any rights may not. */
async function rightsOf(account: Account, namespace: string, name = ''): Promise<string[]> {
  const questions = targets
    // Subresources that discovery does not list: they have no verbs of their own but these.
    .concat(finalizers)
    .filter(({ namespaced }) => namespaced || namespace === '')
    .flatMap((target) => verbs.map((verb) => ({ verb, target, namespace, name })));
  const nobody = await allowed(client, { namespace: 'default', name: 'nobody' }, questions);
  const rights = await allowed(client, account, questions);
  process.stderr.write(
    `        ${questions.length} questions about ${namespace || 'the cluster'}\n`,
  );
  return [...rights].filter((right) => !nobody.has(right)).sort();
}

const finalizers: Target = {
  group: 'bitcoincontroller.christianb93.github.com',
  resource: 'bitcoinnetworks',
  subresource: 'finalizers',
  namespaced: true,
};

step(
  'in every namespace: networks, what they are made of, and no Secret',
  async () => {
    expect(await rightsOf(installed, '')).toEqual(networkRights.toSorted());
    expect(await rightsOf(installed, other)).toEqual(networkRights.toSorted());
  },
  120,
);

step(
  'in its own: to make a Secret and a Lease, and to use those two',
  async () => {
    const rights = [...networkRights, ...ownRights].sort();
    expect(await rightsOf(installed, home)).toEqual(rights);
    const own = async (name: string) =>
      (await rightsOf(installed, home, name)).filter((right) =>
        /^(?!create).*(secrets|leases)/.test(right),
      );
    expect(await own('bitcoin-controller-key')).toEqual(['get secrets bitcoin-controller-key']);
    expect(await own('bitcoin-controller')).toEqual(
      each(['get', 'update', 'watch'], 'leases.coordination.k8s.io bitcoin-controller'),
    );
  },
  120,
);

describe('with --namespace', () => {
  const account: Account = { namespace: team, name: 'bitcoin-controller-sva' };

  step(
    'a controller with Roles only connects the networks of its namespace',
    async () => {
      await cluster.in(home).run(['scale', 'deployment', 'bitcoin-controller', '--replicas=0']);
      await eventually(60, async () => {
        const { items } = await cluster.in(home).get<{ items: unknown[] }>('pods');
        expect(items).toEqual([]);
      });
      const chart = new Chart(new App(), 'controller');
      new ControllerInstall(chart, 'controller', { namespace: team });
      const items = chart.toJson() as object[];
      await cluster.apply({ apiVersion: 'v1', kind: 'List', items });
      const rollout = ['rollout', 'status', 'deployment/bitcoin-controller', '--timeout=60s'];
      await cluster.in(team).run(rollout);
      const outside = new Network(cluster.in(other), 'outside');
      await outside.create({ nodes: 1 });
      const inside = new Network(cluster.in(team), 'inside');
      await inside.create({ nodes: 3 });
      await inside.wait('Ready', 60);
      await inside.wait('PeersConnected', 10);
      await inside.eventuallyMeshed(3, 5);
      await always(2, async () => {
        expect((await outside.resource()).status).toBeUndefined();
        expect(await outside.pods()).toEqual([]);
      });
      const log = await cluster.in(team).run(['logs', 'deployment/bitcoin-controller']);
      expect(log).not.toContain('forbidden');
      await inside.delete();
      await outside.delete();
    },
    240,
  );

  step(
    'it may do nothing anywhere else',
    async () => {
      expect(await rightsOf(account, '')).toEqual([]);
      expect(await rightsOf(account, other)).toEqual([]);
      expect(await rightsOf(account, home)).toEqual([]);
      expect(await rightsOf(account, team)).toEqual([...networkRights, ...ownRights].sort());
    },
    240,
  );
});
