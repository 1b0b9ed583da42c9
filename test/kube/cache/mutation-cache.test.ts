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
    cache = new MutationCache(store, { now: () => now, setTimer: () => () => undefined });
  });

  test('shows a write before the watch does, and what the watch brings after it', () => {
    store.put(object('9'));
    cache.record(object('10'));
    expect(version()).toBe('10');
    store.put(object('11'));
    expect(version()).toBe('11');
  });

  test('shows an object just created', () => {
    cache.record(object('5'));
    expect(version()).toBe('5');
  });

  test('the late answer to a write does not bring a deleted object back', () => {
    store.put(object('9'));
    store.delete(object('11'));
    cache.forget(object('11'));
    cache.record(object('10'));
    expect(version()).toBeUndefined();
  });

  test('a deleted object is gone once forgotten, or when the write is old', () => {
    cache.record(object('5'));
    now = 10_000;
    expect(version()).toBeUndefined();
    cache.record(object('5'));
    cache.forget(object('6'));
    expect(version()).toBeUndefined();
  });
});
