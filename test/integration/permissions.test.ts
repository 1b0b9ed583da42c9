import { App, Chart } from 'cdk8s';
import { ControllerInstall } from '../../constructs/index.ts';
import { KubeClient, loadKubeConfig } from '../../kube/index.ts';
import { allowedAccess, verbs, type Account } from '../framework/access-review.ts';
import { discoverResources, type ApiResource } from '../framework/api-resources.ts';
import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { consistently } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/**
 * The controller's permissions, from access reviews for every verb on every resource of the
 * cluster.
 */

const controllerNamespace = 'bitcoin-controller';
/** The controller of the cluster. */
const installed: Account = { namespace: controllerNamespace, name: 'bitcoin-controller-sva' };
const inTeam = useNamespace('team');
const inOther = useNamespace('other');
const team = inTeam.namespace!;
const other = inOther.namespace!;
/** A controller with --namespace, which the test installs. */
const namespaced: Account = { namespace: team, name: 'bitcoin-controller-sva' };

let client: KubeClient;
let targets: ApiResource[];

beforeAll(async () => {
  client = KubeClient.fromKubeConfig(loadKubeConfig(), { userAgent: 'permissions' });
  targets = await discoverResources(client);
}, 60_000);

afterAll(async () => {
  await client.close();
  await new ControllerDeployment().scale(1);
}, 90_000);

/** The verbs on the kinds that the controller manages. */
const managedVerbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
/** The permissions on networks and their objects. */
const networkPermissions = [
  ...each(
    ['get', 'list', 'watch', 'patch'],
    'bitcoinnetworks.bitcoincontroller.christianb93.github.com',
  ),
  'patch bitcoinnetworks.bitcoincontroller.christianb93.github.com/status',
  'update bitcoinnetworks.bitcoincontroller.christianb93.github.com/finalizers',
  ...each(managedVerbs, 'statefulsets.apps'),
  ...each(managedVerbs, 'services'),
  ...each(managedVerbs, 'configmaps'),
  ...each(['get', 'list', 'watch'], 'pods'),
  ...each(['create', 'patch', 'list'], 'events.events.k8s.io'),
];
/** The further permissions in the controller's own namespace. */
const ownPermissions = ['create secrets', 'create leases.coordination.k8s.io'];

function each(someVerbs: readonly string[], what: string): string[] {
  return someVerbs.map((verb) => `${verb} ${what}`);
}

/** The permissions of the account beyond those of an account without roles. */
async function permissionsOf(account: Account, namespace: string, name = ''): Promise<string[]> {
  const questions = targets
    // Discovery does not list this subresource.
    .concat(finalizers)
    .filter((target) => target.namespaced || namespace === '')
    .flatMap((target) => verbs.map((verb) => ({ verb, target, namespace, name })));
  const nobody = await allowedAccess(client, { namespace: 'default', name: 'nobody' }, questions);
  const permissions = await allowedAccess(client, account, questions);
  process.stderr.write(
    `        ${questions.length} access reviews for ${namespace || 'all namespaces'}\n`,
  );
  return [...permissions].filter((permission) => !nobody.has(permission)).sort();
}

const finalizers: ApiResource = {
  group: 'bitcoincontroller.christianb93.github.com',
  resource: 'bitcoinnetworks',
  subresource: 'finalizers',
  namespaced: true,
};

step(
  'in every namespace the controller has permissions on networks and their objects only',
  async () => {
    expect(await permissionsOf(installed, '')).toEqual(networkPermissions.toSorted());
    expect(await permissionsOf(installed, other)).toEqual(networkPermissions.toSorted());
  },
  120,
);

step(
  'in its own namespace the controller may also create a Secret and a Lease, and use its own',
  async () => {
    const permissions = [...networkPermissions, ...ownPermissions].sort();
    expect(await permissionsOf(installed, controllerNamespace)).toEqual(permissions);
    const own = async (name: string) =>
      (await permissionsOf(installed, controllerNamespace, name)).filter((permission) =>
        /^(?!create).*(secrets|leases)/.test(permission),
      );
    expect(await own('bitcoin-controller-key')).toEqual(['get secrets bitcoin-controller-key']);
    expect(await own('bitcoin-controller')).toEqual(
      each(['get', 'update', 'watch'], 'leases.coordination.k8s.io bitcoin-controller'),
    );
  },
  120,
);

step(
  'a controller with --namespace connects the networks of its namespace only',
  async () => {
    await new ControllerDeployment().scale(0);
    const chart = new Chart(new App(), 'controller');
    new ControllerInstall(chart, 'controller', { namespace: team });
    const items = chart.toJson() as object[];
    await new Kubectl().apply({ apiVersion: 'v1', kind: 'List', items });
    const controller = new ControllerDeployment(inTeam);
    await controller.waitForRollout();
    const outside = new Network(inOther, 'outside');
    await outside.apply({ nodes: 1 });
    const inside = new Network(inTeam, 'inside');
    await inside.apply({ nodes: 3 });
    await inside.waitForCondition('Ready', 60);
    await inside.waitForCondition('PeersConnected', 10);
    await inside.waitForFullMesh(3, 5);
    await consistently(2, async () => {
      expect((await outside.resource()).status).toBeUndefined();
      expect(await outside.pods()).toEqual([]);
    });
    expect(await controller.logs()).not.toContain('forbidden');
    await inside.delete();
    await outside.delete();
  },
  240,
);

step(
  'a controller with --namespace has no permissions in other namespaces',
  async () => {
    expect(await permissionsOf(namespaced, '')).toEqual([]);
    expect(await permissionsOf(namespaced, other)).toEqual([]);
    expect(await permissionsOf(namespaced, controllerNamespace)).toEqual([]);
    expect(await permissionsOf(namespaced, team)).toEqual(
      [...networkPermissions, ...ownPermissions].sort(),
    );
  },
  240,
);
