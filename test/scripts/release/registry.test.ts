import { resolveDigest } from '../../../scripts/release/registry.ts';
import { FakeRegistry, type FakeRegistryOptions } from './fake-registry.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const both = ['linux/amd64', 'linux/arm64'];

let registry: FakeRegistry;

const start = async (options?: FakeRegistryOptions) => {
  registry = await FakeRegistry.start(options);
  return registry;
};
const image = (tag = '24') => ({ registry: registry.host, repository: 'library/node', tag });

afterEach(() => registry.stop());

describe('resolveDigest', () => {
  test('returns the digest of the index of an image', async () => {
    const digest = (await start()).addIndex('library/node', '24', [amd64, arm64]);
    expect(await resolveDigest(image(), both)).toBe(digest);
  });

  test('requests a token for anonymous pulls where the registry requires one', async () => {
    const digest = (await start({ requiresToken: true })).addImage('library/node', '24', amd64);
    expect(await resolveDigest(image(), ['linux/amd64'])).toBe(digest);
  });

  test('rejects a manifest that does not have the digest that the registry announces', async () => {
    const announcedDigest = `sha256:${'0'.repeat(64)}`;
    (await start({ announcedDigest })).addIndex('library/node', '24', [amd64, arm64]);
    await expect(resolveDigest(image(), both)).rejects.toThrow(
      /failed to resolve .*\/library\/node:24: .* instead of sha256:0000/,
    );
  });

  test('names the platforms for which an index has no image', async () => {
    (await start()).addIndex('library/node', '24', [amd64]);
    await expect(resolveDigest(image(), both)).rejects.toThrow(
      'the image does not exist for linux/arm64',
    );
  });

  test('reads the platform of an image without an index from its configuration', async () => {
    (await start()).addImage('library/node', '24', { os: 'linux', architecture: 'arm64' });
    await expect(resolveDigest(image(), ['linux/amd64'])).rejects.toThrow(
      'the image does not exist for linux/amd64',
    );
  });

  test('reports a tag that does not exist', async () => {
    await start();
    await expect(resolveDigest(image('25'), both)).rejects.toThrow(
      /failed to resolve .*node:25: the registry responds 404/,
    );
  });

  test('reports a registry that cannot be reached', async () => {
    await start();
    const unreachable = image();
    await registry.stop();
    await start();
    await expect(resolveDigest(unreachable, both)).rejects.toThrow(/ECONNREFUSED/);
  });
});
