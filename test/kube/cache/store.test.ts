import fc from 'fast-check';
import type { KubeObject } from '../../../kube/api/object.ts';
import { Store } from '../../../kube/cache/store.ts';

type Labelled = KubeObject & { readonly colours: readonly string[] };

const object = (
  name: string,
  version: number,
  colours: readonly string[],
  uid = name,
): Labelled => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', uid, resourceVersion: String(version) },
  colours,
});

const indexes = { colour: ({ colours }: Labelled) => colours };

describe('Store.byIndex', () => {
  test('finds objects under each of their keys', () => {
    const store = new Store<Labelled>(indexes);
    store.replace([object('a', 1, ['red', 'blue']), object('b', 1, ['red'])], '1');
    const names = (key: string) =>
      store.byIndex('colour', key).map(({ metadata }) => metadata.name);
    expect(names('red')).toEqual(['a', 'b']);
    expect(names('blue')).toEqual(['a']);
    store.put(object('a', 2, ['green']));
    expect(names('red')).toEqual(['b']);
    expect(names('green')).toEqual(['a']);
    store.delete(object('a', 3, ['green']));
    expect(names('green')).toEqual([]);
    expect(names('none')).toEqual([]);
  });

  test('says so when there is no such index', () => {
    expect(() => new Store().byIndex('colour', 'red')).toThrow('no index colour');
  });

  test('finds what a scan of the store finds, whatever came before', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const colours = fc.uniqueArray(fc.constantFrom('red', 'green', 'blue'));
    const one = fc.record({ name, colours, uid: fc.constantFrom('', '-new') });
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('put' as const, 'delete' as const), one }),
      fc.record({ kind: fc.constant('replace' as const), all: fc.array(one, { maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const store = new Store<Labelled>(indexes);
        let version = 0;
        const make = ({ name, colours, uid }: { name: string; colours: string[]; uid: string }) =>
          object(name, ++version, colours, name + uid);
        for (const next of steps) {
          if (next.kind === 'replace') store.replace(next.all.map(make), String(++version));
          else store[next.kind](make(next.one));
          for (const colour of ['red', 'green', 'blue']) {
            const scanned = store.list().filter((found) => found.colours.includes(colour));
            const found = store.byIndex('colour', colour);
            expect(new Set(found)).toEqual(new Set(scanned));
            expect(found).toHaveLength(scanned.length);
          }
        }
      }),
    );
  });
});
