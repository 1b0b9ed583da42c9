import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceAccount, type Subject } from '../framework/access-review.ts';
import { checkout } from '../framework/checkout.ts';
import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { conditionOf } from '../framework/network-resource.ts';
import { Network } from '../framework/network.ts';
import { Permissions } from '../framework/permissions.ts';
import { step } from '../framework/step.ts';

/** Tenants of recipes/tenants/, as far as the API server separates them. */
const administrator = new Kubectl();
const shared = new ControllerDeployment();
const networkCount = 'count/bitcoinnetworks.bitcoincontroller.christianb93.github.com';

/** The fields of a ResourceQuota that the tests read. */
interface Quota {
  readonly status: { readonly used?: object };
}

/** A tenant, its user and its network. All tenants give their network the same name. */
class Tenant {
  readonly namespace: string;
  readonly subject: Subject;
  readonly kubectl: Kubectl;
  readonly alice: Network;

  constructor(namespace: string) {
    this.namespace = namespace;
    this.subject = { user: `${namespace}-user`, groups: [namespace, 'system:authenticated'] };
    this.kubectl = administrator.as(this.subject).in(namespace);
    this.alice = new Network(this.kubectl, 'alice');
  }

  /**
   * Applies the objects of the tenant. Kubernetes counts objects of a kind that is newer than about
   * 30 s only in new quotas, so this creates the quota until it counts networks.
   */
  async apply(kustomization: string): Promise<void> {
    const kubectl = administrator.in(this.namespace);
    await eventually(90, async () => {
      await administrator.run(['apply', '-k', kustomization]);
      try {
        await eventually(3, async () => {
          const { status } = await kubectl.get<Quota>('resourcequota', 'tenant');
          expect(status.used).toHaveProperty([networkCount]);
        });
      } catch (error) {
        await kubectl.run(['delete', 'resourcequota', 'tenant']);
        throw error;
      }
    });
  }

  /** Creates the network, and waits until its nodes are linked. */
  async connect(): Promise<void> {
    await this.alice.apply({ nodes: 3 });
    await this.alice.waitForCondition('Ready', 60);
    await this.alice.waitForCondition('PeersConnected', 10);
    await this.alice.waitForFullMesh(3, 5);
  }
}

const teamA = new Tenant('team-a');
const teamB = new Tenant('team-b');
/** Tenants with a controller of their own. */
const teamC = new Tenant('team-c');
const teamD = new Tenant('team-d');

let permissions: Permissions;
let folder: string;

beforeAll(async () => {
  permissions = await Permissions.discover();
  folder = await mkdtemp(join(tmpdir(), 'tenants-'));
}, 60_000);

afterAll(async () => {
  await permissions.close();
  await rm(folder, { recursive: true });
  const namespaces = [teamA, teamB, teamC, teamD].map(({ namespace }) => namespace);
  await administrator.run(['delete', 'namespace', '--ignore-not-found', ...namespaces]);
  await shared.scale(1);
}, 180_000);

step(
  'two tenants each connect a network within their quota and their LimitRange',
  async () => {
    for (const tenant of [teamA, teamB]) {
      await tenant.apply(join(checkout, 'recipes/tenants', tenant.namespace));
    }
    await Promise.all([teamA.connect(), teamB.connect()]);
    for (const { namespace, alice } of [teamA, teamB]) {
      for (const { spec } of await alice.pods()) {
        const [container] = spec!.containers;
        expect(container!.resources.limits).toEqual({
          memory: '512Mi',
          'ephemeral-storage': '2Gi',
        });
      }
      const quota = await administrator.in(namespace).get<Quota>('resourcequota', 'tenant');
      expect(quota.status.used).toMatchObject({ pods: '3', [networkCount]: '1' });
    }
  },
  180,
);

step(
  'a tenant cannot read, edit, scale, delete or enter the network of another tenant',
  async () => {
    const foreign = teamA.kubectl.in(teamB.namespace);
    const attempts = [
      ['get', 'bitcoinnetworks'],
      ['get', 'bitcoinnetwork', 'alice'],
      ['patch', 'bitcoinnetwork', 'alice', '--type=merge', '-p', '{"spec":{"nodes":1}}'],
      ['scale', 'bitcoinnetwork', 'alice', '--replicas=1'],
      ['delete', 'bitcoinnetwork', 'alice'],
      ['get', 'secrets'],
      ['logs', 'alice-sts-0'],
      ['exec', 'alice-sts-0', '--', 'true'],
      ['port-forward', 'alice-sts-0', ':18332'],
    ];
    for (const args of attempts) {
      await expect(foreign.run(args)).rejects.toMatchObject({
        stderr: expect.stringMatching(/\(Forbidden\)|is forbidden/) as string,
      });
    }
    expect(await permissions.of(teamA.subject, teamB.namespace)).toEqual([]);
    expect(await permissions.of(teamB.subject, teamA.namespace)).toEqual([]);
    expect(await permissions.of(teamA.subject, 'bitcoin-controller')).toEqual([]);
  },
  180,
);

/** Whether the cluster enforces NetworkPolicies, which the playground does not. */
if (process.env.NETPOL === '1') {
  step(
    'nodes reach RPC and peers of their own tenant, and not those of another tenant',
    async () => {
      const addresses = async ({ alice }: Tenant) =>
        (await alice.pods()).map(({ status }) => status!.podIP!);
      const [own, foreign] = await Promise.all([addresses(teamA), addresses(teamB)]);
      expect(await Promise.all(own.map((ip) => reachesRpc(teamA.alice, ip)))).not.toContain(false);
      expect(await Promise.all(foreign.map((ip) => reachesRpc(teamA.alice, ip)))).not.toContain(
        true,
      );
      for (const ip of foreign) await dial(teamA.alice, `${ip}:18444`);
      for (const { alice } of [teamA, teamB]) await alice.waitForFullMesh(3, 10);
    },
    120,
  );
}

/** Whether node 0 of the network reaches port 18332 of an address, where it has no credentials. */
async function reachesRpc({ kubectl, name }: Network, address: string): Promise<boolean> {
  const flags = [`-rpcconnect=${address}`, '-rpcport=18332', '-rpcclienttimeout=3'];
  const login = ['-rpcuser=nobody', '-rpcpassword=none'];
  const cli = ['/usr/local/bin/bitcoin-cli', '-regtest', ...flags, ...login, 'getblockcount'];
  const { stderr } = await kubectl.run(['exec', `${name}-sts-0`, '--', ...cli]).then(
    () => ({ stderr: 'accepted' }),
    (error: unknown) => error as { stderr: string },
  );
  if (/Could not connect|timeout/.test(stderr)) return false;
  expect(stderr).toMatch(/Authorization failed|Incorrect rpcuser/);
  return true;
}

/** Lets node 0 of the network dial an address once. */
async function dial(network: Network, address: string): Promise<void> {
  const { kubectl, name } = network;
  const cli = ['/usr/local/bin/bitcoin-cli', '-regtest', '-conf=/bitcoin.conf'];
  await kubectl.run(['exec', `${name}-sts-0`, '--', ...cli, 'addnode', address, 'onetry']);
}

step(
  'the quota of one tenant limits its networks and does not affect the other tenant',
  async () => {
    const large = new Network(teamA.kubectl, 'large');
    await large.apply({ nodes: 3, resources: { requests: { cpu: '900m' } } });
    await eventually(60, async () => {
      const { message } = conditionOf(await large.resource(), 'Ready');
      expect(message).toMatch(/1 pod does not exist: .*exceeded quota: tenant/);
    });
    for (const name of ['b', 'c', 'd']) await new Network(teamA.kubectl, name).apply({ nodes: 0 });
    await expect(new Network(teamA.kubectl, 'e').apply({ nodes: 0 })).rejects.toMatchObject({
      stderr: expect.stringContaining('exceeded quota: tenant') as string,
    });
    const before = await teamB.alice.incarnations();
    await teamB.alice.apply({ nodes: 4 });
    await teamB.alice.waitForFullMesh(4, 60);
    await teamB.alice.apply({ nodes: 3 });
    await eventually(60, async () => {
      expect(await teamB.alice.incarnations()).toEqual(before);
    });
  },
  180,
);

step(
  'tenants each with a controller of their own connect their networks',
  async () => {
    await shared.scale(0);
    await administrator.run(['delete', 'namespace', teamA.namespace, teamB.namespace]);
    for (const tenant of [teamC, teamD]) {
      await tenant.apply(await withOwnController(tenant.namespace));
    }
    for (const { namespace } of [teamC, teamD]) {
      await new ControllerDeployment(administrator.in(namespace)).waitForRollout();
    }
    await Promise.all([teamC.connect(), teamD.connect()]);
    for (const { namespace, alice } of [teamC, teamD]) {
      expect((await alice.resource()).status?.controller).toBe(namespace);
    }
    const controller = serviceAccount(teamC.namespace, 'bitcoin-controller-sva');
    expect(await permissions.of(controller, teamD.namespace)).toEqual([]);
    expect(await permissions.of(controller, '')).toEqual([]);
  },
  300,
);

/** Copies the recipe for another tenant, and adds the component as docs/tenants.md describes. */
async function withOwnController(namespace: string): Promise<string> {
  for (const name of ['recipes', 'kustomize']) {
    await cp(join(checkout, name), join(folder, name), { recursive: true });
  }
  const tenants = join(folder, 'recipes/tenants');
  await cp(join(tenants, 'team-a'), join(tenants, namespace), { recursive: true });
  const file = join(tenants, namespace, 'kustomization.yaml');
  const text = (await readFile(file, 'utf8')).replaceAll('team-a', namespace);
  await writeFile(file, `${text}components:\n  - ../own-controller\n`);
  return join(tenants, namespace);
}
