import { KindCache } from '../../../controller/cache/kind-cache.ts';
import { configMaps } from '../../framework/resources.ts';
import { formatKey, type KubeObject } from '../../../kube/api/object.ts';
import { RecordingLogger } from '../../kube/recording-logger.ts';
import { waitFor } from '../../kube/wait-for.ts';
import { ListWatchTransport } from './list-watch-transport.ts';

interface ConfigMap extends KubeObject {
  readonly data: string;
}

function configMap(data: string, resourceVersion = '1', uid = 'uid-1'): ConfigMap {
  const metadata = { name: 'c', namespace: 'lab', uid, resourceVersion };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

describe('KindCache', () => {
  let server: ListWatchTransport;
  let changes: string[];
  let stop: AbortController;
  let cache: KindCache<ConfigMap>;
  let running: Promise<void>;

  beforeEach(async () => {
    server = new ListWatchTransport();
    server.add('configmaps', configMap('listed'));
    changes = [];
    stop = new AbortController();
    const log = new RecordingLogger();
    cache = new KindCache<ConfigMap>(
      { client: server.client(), log, onChange: (key) => changes.push(key) },
      {
        resource: configMaps,
        networkKey: ({ apiVersion, metadata }) =>
          `network of ${apiVersion === 'v1' ? '' : `${apiVersion} `}${formatKey(metadata)}`,
        inputsOf: ({ metadata }) => metadata.generation,
        transform: (object) => ({ ...object, data: object.data.toUpperCase() }),
        indexes: { data: ({ data }) => [data] },
      },
    );
    running = cache.reflector.run(stop.signal);
    await cache.reflector.waitForSync(stop.signal);
  });

  afterEach(async () => {
    stop.abort();
    await running;
  });

  const data = () => cache.get('lab/c')?.data;

  test('transforms objects before it stores them', () => {
    expect(data()).toBe('LISTED');
    expect(cache.byIndex('data', 'LISTED')).toHaveLength(1);
  });

  test('reports the network of each change', async () => {
    server.emit('configmaps', 'MODIFIED', configMap('watched'));
    await waitFor('the change arrives', () => data() === 'WATCHED');
    expect(changes).toEqual(['network of lab/c', 'network of lab/c']);
  });

  test('returns an object that was recorded until the watch delivers a newer one', async () => {
    const { resourceVersion } = cache.get('lab/c')!.metadata;
    cache.record(configMap('recorded', `${Number(resourceVersion) + 1}0`));
    expect(data()).toBe('RECORDED');
    server.emit('configmaps', 'MODIFIED', configMap('older'));
    await waitFor('the change arrives', () => changes.length === 2);
    expect(data()).toBe('RECORDED');
  });

  /** Records a write of the object, and delivers it by the watch. */
  async function write(object: ConfigMap): Promise<void> {
    server.emit('configmaps', 'MODIFIED', configMap('before'));
    await waitFor('the change arrives', () => data() === 'BEFORE');
    changes.length = 0;
    const resourceVersion = String(Number(cache.get('lab/c')!.metadata.resourceVersion) + 1);
    cache.record({ ...object, metadata: { ...object.metadata, resourceVersion } });
    server.emit('configmaps', 'MODIFIED', object);
    const text = object.data.toUpperCase();
    await waitFor('the write arrives', () => cache.byIndex('data', text).length === 1);
  }

  test('does not report a change that is the response to a recorded write', async () => {
    await write(configMap('written'));
    expect(changes).toEqual([]);
  });

  test('reports a write that carries an input along on which no reconcile has acted', async () => {
    const object = configMap('written');
    await write({ ...object, metadata: { ...object.metadata, generation: 2 } });
    expect(changes).toEqual(['network of lab/c']);
  });

  test('reports both networks of an object whose label changed', async () => {
    const object = configMap('moved');
    server.emit('configmaps', 'MODIFIED', { ...object, apiVersion: 'v2' });
    await waitFor('the change arrives', () => data() === 'MOVED');
    expect(changes.slice(1)).toEqual(['network of lab/c', 'network of v2 lab/c']);
  });

  test('forgets a recorded object that the watch reports as deleted', async () => {
    const { resourceVersion } = cache.get('lab/c')!.metadata;
    cache.record(configMap('recorded', `${Number(resourceVersion) + 1}0`));
    server.emit('configmaps', 'DELETED', configMap('listed'));
    await waitFor('the change arrives', () => changes.length === 2);
    expect(data()).toBeUndefined();
  });

  test('ignores a late answer for an object that is already deleted', async () => {
    server.emit('configmaps', 'DELETED', configMap('listed'));
    await waitFor('the change arrives', () => changes.length === 2);
    cache.record(configMap('late', '1000'));
    expect(data()).toBeUndefined();
    cache.record(configMap('successor', '1001', 'uid-2'));
    expect(data()).toBe('SUCCESSOR');
  });
});
