import { NetworkCache } from '../../../controller/cache/network-cache.ts';
import type { KubeObject } from '../../../kube/api/object.ts';
import { RecordingLogger } from '../../kube/recording-logger.ts';
import { waitFor } from '../../kube/wait-for.ts';
import { network, pod, statefulSet } from '../builders.ts';
import { ListWatchTransport } from './list-watch-transport.ts';

const networkLabel = 'bitcoincontroller.christianb93.github.com/network';

function configMap(name: string, owner = 'alice', namespace = 'lab'): KubeObject {
  const metadata = { name, namespace, uid: `uid-${name}`, labels: { [networkLabel]: owner } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata };
}

describe('NetworkCache', () => {
  let server: ListWatchTransport;
  let changes: string[];
  let stop: AbortController;
  let cache: NetworkCache;
  let running: Promise<unknown> | undefined;

  beforeEach(() => {
    server = new ListWatchTransport();
    changes = [];
    stop = new AbortController();
    cache = newCache();
  });

  afterEach(async () => {
    stop.abort();
    await running;
  });

  function newCache(namespace?: string): NetworkCache {
    return new NetworkCache({
      client: server.client(),
      log: new RecordingLogger(),
      namespace,
      onChange: (key) => changes.push(key),
    });
  }

  async function sync(): Promise<void> {
    const watches = Object.values(cache.watches);
    running = Promise.all(watches.map((watch) => watch.run(stop.signal)));
    await Promise.all(watches.map((watch) => watch.waitForSync(stop.signal)));
    changes.length = 0;
  }

  test('lists networks, pods and every managed kind in all namespaces', async () => {
    await sync();
    expect([...server.lists.keys()].sort()).toEqual([
      '/api/v1/configmaps',
      '/api/v1/pods',
      '/api/v1/services',
      '/apis/apps/v1/statefulsets',
      '/apis/bitcoincontroller.christianb93.github.com/v1/bitcoinnetworks',
    ]);
  });

  test('selects objects by the label of a network, and networks without a selector', async () => {
    await sync();
    const selectors = [...server.lists].map(([path, query]) => [
      path.split('/').at(-1),
      query.get('labelSelector'),
    ]);
    expect(Object.fromEntries(selectors)).toEqual({
      bitcoinnetworks: null,
      pods: networkLabel,
      configmaps: networkLabel,
      services: networkLabel,
      statefulsets: networkLabel,
    });
  });

  test('lists a single namespace on request', async () => {
    cache = newCache('lab');
    await sync();
    for (const path of server.lists.keys()) expect(path).toContain('/namespaces/lab/');
  });

  test('returns the keys of all networks', async () => {
    server.add('bitcoinnetworks', { ...network() });
    await sync();
    expect(cache.networkKeys).toEqual(['lab/alice']);
  });

  test('names the watch of each kind', () => {
    expect(Object.keys(cache.watches)).toEqual([
      'bitcoinnetworks',
      'pods',
      'configmaps',
      'services',
      'statefulsets',
    ]);
  });

  test('reports the managed kinds in the order in which they are applied', () => {
    expect([...cache.managed.keys()]).toEqual(['ConfigMap', 'Service', 'StatefulSet']);
  });

  test('returns networks, StatefulSets and pods as a reconcile reads them', async () => {
    server.add('bitcoinnetworks', { ...network() });
    server.add('statefulsets', { ...statefulSet(3, {}, 2) });
    server.add('pods', pod('0'));
    server.add('pods', pod('1', {}, { labels: { [networkLabel]: 'bob' } }));
    await sync();
    expect(cache.networks.get('lab/alice')).toMatchObject({ spec: { nodes: 3 } });
    expect(cache.statefulSets.get('lab/alice-sts')).toMatchObject({
      spec: { updateStrategy: { rollingUpdate: { partition: 2 } } },
      status: { updateRevision: 'r1' },
    });
    expect(cache.podsOf('lab/alice').map(({ metadata }) => metadata.name)).toEqual(['alice-sts-0']);
    expect(cache.podsOf('other/alice')).toEqual([]);
  });

  test.each([
    ['bitcoinnetworks', { ...network() }],
    ['pods', pod('0')],
    ['configmaps', configMap('alice-config')],
    ['statefulsets', { ...statefulSet(3) }],
  ])('reports the network of a change of %s', async (plural, object) => {
    await sync();
    server.emit(plural, 'ADDED', object);
    await waitFor('the change arrives', () => changes.length > 0);
    expect(changes).toEqual(['lab/alice']);
  });

  test('reports the network of an object that is deleted', async () => {
    server.add('configmaps', configMap('alice-config'));
    await sync();
    expect(cache.managed.get('ConfigMap')!.get('lab/alice-config')).toBeDefined();
    server.emit('configmaps', 'DELETED', configMap('alice-config'));
    await waitFor('the change arrives', () => changes.length > 0);
    expect(changes).toEqual(['lab/alice']);
    expect(cache.managed.get('ConfigMap')!.get('lab/alice-config')).toBeUndefined();
  });

  describe('optionalOf', () => {
    const names = (key: string) =>
      cache.managed
        .get('ConfigMap')!
        .optionalOf(key)
        .map(({ metadata }) => metadata.name);

    beforeEach(async () => {
      server.add('configmaps', configMap('alice-config'));
      server.add('configmaps', configMap('alice-config-old'));
      server.add('configmaps', configMap('alice-config-new'));
      server.add('configmaps', configMap('alice-extra'));
      server.add('configmaps', configMap('bob-config-old'));
      server.add('configmaps', configMap('bob-config-new', 'bob'));
      server.add('configmaps', configMap('alice-config-far', 'alice', 'other'));
      await sync();
    });

    test('returns the objects of a network whose names depend on the spec', () => {
      expect(names('lab/alice').sort()).toEqual(['alice-config-new', 'alice-config-old']);
      expect(names('lab/bob')).toEqual(['bob-config-new']);
      expect(names('other/alice')).toEqual(['alice-config-far']);
      expect(names('lab/carol')).toEqual([]);
    });

    test('follows the watch', async () => {
      server.emit('configmaps', 'DELETED', configMap('alice-config-old'));
      server.emit('configmaps', 'ADDED', configMap('alice-config-third'));
      await waitFor('both changes arrive', () => changes.length === 2);
      expect(names('lab/alice').sort()).toEqual(['alice-config-new', 'alice-config-third']);
    });
  });
});
