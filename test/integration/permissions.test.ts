import { App, Chart } from 'cdk8s';
import { ControllerInstall } from '../../constructs/index.ts';
import { serviceAccount } from '../framework/access-review.ts';
import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { consistently } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { Permissions } from '../framework/permissions.ts';
import { step } from '../framework/step.ts';

/**
 * The controller's permissions, from access reviews for every verb on every resource of the
 * cluster.
 */

const controllerNamespace = 'bitcoin-controller';
/** The controller of the cluster. */
const installed = serviceAccount(controllerNamespace, 'bitcoin-controller-sva');
const inTeam = useNamespace('team');
const inOther = useNamespace('other');
const team = inTeam.namespace!;
const other = inOther.namespace!;
/** A controller with --namespace, which the test installs. */
const namespaced = serviceAccount(team, 'bitcoin-controller-sva');

let permissions: Permissions;

beforeAll(async () => {
  permissions = await Permissions.discover();
}, 60_000);

afterAll(async () => {
  await permissions.close();
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

step(
  'in every namespace the controller has permissions on networks and their objects only',
  async () => {
    expect(await permissions.of(installed, '')).toEqual(networkPermissions.toSorted());
    expect(await permissions.of(installed, other)).toEqual(networkPermissions.toSorted());
  },
  120,
);

step(
  'in its own namespace the controller may also create a Secret and a Lease, and use its own',
  async () => {
    const expected = [...networkPermissions, ...ownPermissions].sort();
    expect(await permissions.of(installed, controllerNamespace)).toEqual(expected);
    const own = async (name: string) =>
      (await permissions.of(installed, controllerNamespace, name)).filter((permission) =>
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
    expect(await permissions.of(namespaced, '')).toEqual([]);
    expect(await permissions.of(namespaced, other)).toEqual([]);
    expect(await permissions.of(namespaced, controllerNamespace)).toEqual([]);
    expect(await permissions.of(namespaced, team)).toEqual(
      [...networkPermissions, ...ownPermissions].sort(),
    );
  },
  240,
);
