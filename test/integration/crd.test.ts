import { KubeConfig } from '@kubernetes/client-node';
import { dryRunCreate, type Create } from '../crds/api-server.ts';
import { invalidNetworks } from '../crds/invalid-networks.ts';
import { validNetworks } from '../crds/valid-networks.ts';

describe('the API server', () => {
  let create: Create;

  beforeAll(async () => {
    const config = new KubeConfig();
    config.loadFromDefault();
    create = await dryRunCreate(config, 'default');
  });

  test.each(validNetworks)('accepts a BitcoinNetwork with $name', async ({ resource }) => {
    expect(await create(resource)).toEqual([]);
  });

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
