import { KubeConfig } from '@kubernetes/client-node';
import { customResourceDefinitionSpec } from '../../crds/index.ts';
import { dryRunCreate, type Create } from '../crds/api-server.ts';
import { invalidNetworks } from '../crds/invalid-networks.ts';
import { newValidNetworks, validNetworks } from '../crds/valid-networks.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { useNamespace } from '../framework/namespace.ts';

describe('the API server', () => {
  let create: Create;

  beforeAll(async () => {
    const config = new KubeConfig();
    config.loadFromDefault();
    create = await dryRunCreate(config, 'default');
  });

  test.each([...validNetworks, ...newValidNetworks])(
    'accepts a BitcoinNetwork with $name',
    async ({ resource }) => {
      expect(await create(resource)).toEqual([]);
    },
  );

  test.each(invalidNetworks)(
    'rejects a BitcoinNetwork with $name',
    async ({ resource, field, message }) => {
      expect(await create(resource)).toContainEqual({
        field,
        message: expect.stringContaining(message) as string,
      });
    },
  );
});

/** A CRD of another API group has the same schema, first without the rules of later releases. */
describe('a network that was stored before a rule existed', () => {
  const group = 'stored.example.org';
  const resource = `storednetworks.${group}`;
  const cluster = new Kubectl();
  const kubectl = useNamespace('stored');

  const crd = (spec: object) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: resource },
    spec: {
      ...spec,
      group,
      names: { plural: 'storednetworks', singular: 'storednetwork', kind: 'StoredNetwork' },
    },
  });
  const withoutLaterRules = JSON.parse(JSON.stringify(customResourceDefinitionSpec), (_, value) =>
    Array.isArray(value)
      ? value.filter((rule: { optionalOldSelf?: true } | null) => rule?.optionalOldSelf !== true)
      : (value as unknown),
  ) as object;

  async function applyCrd(spec: object): Promise<void> {
    await cluster.apply(crd(spec), '--server-side', '--force-conflicts');
    await cluster.run(['wait', '--for=condition=Established', `crd/${resource}`]);
    // The API server serves a changed schema shortly after.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }

  const patch = (change: object, ...flags: string[]) =>
    kubectl.run([
      'patch',
      `${resource}/old`,
      '--type=merge',
      '-p',
      JSON.stringify(change),
      ...flags,
    ]);
  const config = (options: object) => patch({ spec: { config: options } });

  beforeAll(async () => {
    await applyCrd(withoutLaterRules);
    await kubectl.apply({
      apiVersion: `${group}/v1`,
      kind: 'StoredNetwork',
      metadata: { name: 'old' },
      spec: { nodes: 3, config: { maxconnections: 8, debug: 'net,validation', txindex: 'true' } },
    });
    await applyCrd(customResourceDefinitionSpec);
  }, 60_000);

  afterAll(() => cluster.run(['delete', 'crd', resource]), 60_000);

  test('accepts unrelated edits, the status of the controller, and a scale', async () => {
    await patch({ metadata: { labels: { a: 'b' } } });
    await patch({ status: { readyNodes: 3 } }, '--subresource=status');
    await patch({ spec: { image: 'registry.example/bitcoin:30' } });
    await config({ dbcache: 5 });
    await kubectl.run(['scale', `${resource}/old`, '--replicas=4']);
  }, 60_000);

  test('rejects other values that the rule refuses', async () => {
    await expect(config({ debug: 'net,rpc' })).rejects.toThrow('configLists: {debug:');
    await expect(config({ txindex: 'yes' })).rejects.toThrow('write 1 for on and 0 for off');
  }, 60_000);

  test('rejects the former values once they were corrected', async () => {
    await config({ maxconnections: null, debug: null, txindex: 1 });
    await expect(config({ maxconnections: 8 })).rejects.toThrow('number of nodes plus 10');
  }, 60_000);
});
