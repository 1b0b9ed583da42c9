import fc from 'fast-check';
import type { KubeObject } from '../../../kube/api/object.ts';
import { Store } from '../../../kube/cache/store.ts';

type Colored = KubeObject & { readonly colors: readonly string[] };

const object = (name: string, version: number, colors: readonly string[], uid = name): Colored => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', uid, resourceVersion: String(version) },
  colors,
});

const indexes = { color: ({ colors }: Colored) => colors };

describe('Store.byIndex', () => {
  test('returns objects by each of their index keys', () => {
    const store = new Store<Colored>(indexes);
    store.replace([object('a', 1, ['red', 'blue']), object('b', 1, ['red'])], '1');
    const names = (key: string) => store.byIndex('color', key).map(({ metadata }) => metadata.name);
    expect(names('red')).toEqual(['a', 'b']);
    expect(names('blue')).toEqual(['a']);
    store.put(object('a', 2, ['green']));
    expect(names('red')).toEqual(['b']);
    expect(names('green')).toEqual(['a']);
    store.delete(object('a', 3, ['green']));
    expect(names('green')).toEqual([]);
    expect(names('none')).toEqual([]);
  });

  test('throws for an index that does not exist', () => {
    expect(() => new Store().byIndex('color', 'red')).toThrow('no index color');
  });

  test('returns the same objects as a scan after any changes', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const colors = fc.uniqueArray(fc.constantFrom('red', 'green', 'blue'));
    const item = fc.record({ name, colors, uid: fc.constantFrom('', '-new') });
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('put' as const, 'delete' as const), item }),
      fc.record({ kind: fc.constant('replace' as const), items: fc.array(item, { maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const store = new Store<Colored>(indexes);
        let version = 0;
        const toObject = ({ name, colors, uid }: { name: string; colors: string[]; uid: string }) =>
          object(name, ++version, colors, name + uid);
        for (const next of steps) {
          if (next.kind === 'replace') store.replace(next.items.map(toObject), String(++version));
          else store[next.kind](toObject(next.item));
          for (const color of ['red', 'green', 'blue']) {
            const scanned = store.list().filter((candidate) => candidate.colors.includes(color));
            const found = store.byIndex('color', color);
            expect(new Set(found)).toEqual(new Set(scanned));
            expect(found).toHaveLength(scanned.length);
          }
        }
      }),
    );
  });
});
