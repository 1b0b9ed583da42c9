import type { KubeObject } from '../../../kube/api/object.ts';
import { MutationCache } from '../../../kube/cache/mutation-cache.ts';
import { Store } from '../../../kube/cache/store.ts';

const object = (resourceVersion: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'a', name: 'b', uid: 'u', resourceVersion },
});

describe('MutationCache', () => {
  let now: number;
  let store: Store<KubeObject>;
  let cache: MutationCache<KubeObject>;
  const version = () => cache.get('a/b')?.metadata.resourceVersion;

  beforeEach(() => {
    now = 0;
    store = new Store();
    cache = new MutationCache(store, {
      now: () => now,
      elapsed: () => now,
      setTimer: () => () => undefined,
    });
  });

  test('returns a written object until the store has a newer one', () => {
    store.put(object('9'));
    cache.record(object('10'));
    expect(version()).toBe('10');
    store.put(object('11'));
    expect(version()).toBe('11');
  });

  test('returns a created object that the store does not have yet', () => {
    cache.record(object('5'));
    expect(version()).toBe('5');
  });

  test('ignores the response to a write that arrives after the deletion', () => {
    store.put(object('9'));
    store.delete(object('11'));
    cache.forget(object('11'));
    cache.record(object('10'));
    expect(version()).toBeUndefined();
  });

  test('drops a written object when it is forgotten or after 10 s', () => {
    cache.record(object('5'));
    now = 10_000;
    expect(version()).toBeUndefined();
    cache.record(object('5'));
    cache.forget(object('6'));
    expect(version()).toBeUndefined();
  });
});
