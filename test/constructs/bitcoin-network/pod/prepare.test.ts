import { bitcoindContainer } from '../../../../constructs/bitcoin-network/pod/bitcoind.ts';
import { prepareContainer } from '../../../../constructs/bitcoin-network/pod/prepare.ts';
import { context } from '../builders.ts';

describe('prepareContainer', () => {
  const container = prepareContainer(context({ secret: 'login' }));

  test('runs the start script in its mode "prepare"', () => {
    expect(container.command).toEqual(['sh', '/etc/bitcoin-network/start.sh', 'prepare']);
  });

  test('has the image, environment and resources of the container bitcoind', () => {
    const { image, env, resources } = bitcoindContainer(context({ secret: 'login' }));
    expect(container).toMatchObject({ image, env, resources });
  });

  test('mounts the directories, because the files do not exist yet', () => {
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
      '/etc/bitcoin-network',
      '/run/bitcoin-network',
      '/data',
    ]);
  });
});
