import type { Subject } from '../framework/access-review.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { Permissions } from '../framework/permissions.ts';
import { step } from '../framework/step.ts';

/** Users with the roles view, edit and admin of Kubernetes in one namespace. */
const roles = ['view', 'edit', 'admin'] as const;
type Role = (typeof roles)[number];

const administrator = useNamespace('roles');
const namespace = administrator.namespace!;
const other = useNamespace('roles-other').namespace!;
const subjectOf = (role: Role): Subject => ({
  user: `roles-${role}`,
  groups: ['system:authenticated'],
});
/** kubectl, and the network `alice`, as the user with a role. */
const kubectlOf = (role: Role) => administrator.as(subjectOf(role));
const aliceOf = (role: Role) => new Network(kubectlOf(role), 'alice');

let permissions: Permissions;

beforeAll(async () => {
  permissions = await Permissions.discover();
  for (const role of roles) {
    const { user } = subjectOf(role);
    const binding = ['create', 'rolebinding', role, `--clusterrole=${role}`, `--user=${user}`];
    await administrator.run(binding);
  }
}, 60_000);

afterAll(async () => {
  await permissions.close();
});

const networks = 'bitcoinnetworks.bitcoincontroller.christianb93.github.com';
const each = (verbs: readonly string[], resource: string) =>
  verbs.map((verb) => `${verb} ${resource}`);
const read = ['get', 'list', 'watch'];
const write = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const change = ['update', 'patch'];
const view = [...each(read, networks), `get ${networks}/scale`, `get ${networks}/status`];
const edit = [...view, ...each(write, networks), ...each(change, `${networks}/scale`)];
const admin = [...edit, ...each(change, `${networks}/status`)];

step(
  'the roles of Kubernetes include their permissions on networks, in the namespace of the binding',
  async () => {
    const expected = { view, edit, admin };
    for (const role of roles) {
      const onNetworks = async (where: string) =>
        (await permissions.of(subjectOf(role), where)).filter((one) => one.includes(networks));
      // Kubernetes aggregates roles some time after their creation.
      await eventually(30, async () => {
        expect(await onNetworks(namespace)).toEqual(expected[role].toSorted());
      });
      expect(await permissions.of(subjectOf(role), other)).toEqual([]);
    }
  },
  180,
);

step(
  'a user with edit creates and scales a network, which a user with view can only read',
  async () => {
    await aliceOf('edit').apply({ nodes: 1 });
    await aliceOf('view').waitForCondition('Ready', 60);
    const scale = ['scale', networks, 'alice', '--replicas=2'];
    const forbidden = { stderr: expect.stringContaining('forbidden') as string };
    await expect(kubectlOf('view').run(scale)).rejects.toMatchObject(forbidden);
    await expect(aliceOf('view').patch({ nodes: 2 })).rejects.toMatchObject(forbidden);
    await expect(aliceOf('view').delete()).rejects.toMatchObject(forbidden);
    await kubectlOf('edit').run(scale);
    await aliceOf('view').waitForStatus({ readyNodes: 2, connectedNodes: 2 }, 60);
  },
  180,
);

step(
  'a user with admin removes the claim of a controller, and a user with edit cannot',
  async () => {
    const patch = JSON.stringify({ status: { controller: null } });
    const handOver = ['patch', networks, 'alice', '--subresource=status', '--type=merge'];
    await expect(kubectlOf('edit').run([...handOver, '-p', patch])).rejects.toMatchObject({
      stderr: expect.stringContaining('forbidden') as string,
    });
    await kubectlOf('admin').run([...handOver, '-p', patch]);
    await aliceOf('view').waitForStatus({ controller: 'bitcoin-controller' }, 30);
    await aliceOf('edit').delete({ wait: true });
  },
  90,
);
