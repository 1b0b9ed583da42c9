import fc from 'fast-check';
import type { KubeObject } from '../../../kube/api/object.ts';
import { Store } from '../../../kube/cache/store.ts';

type Coloured = KubeObject & { readonly colours: readonly string[] };

const object = (
  name: string,
  version: number,
  colours: readonly string[],
  uid = name,
): Coloured => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', uid, resourceVersion: String(version) },
  colours,
});

const indexes = { colour: ({ colours }: Coloured) => colours };

describe('Store.byIndex', () => {
  test('returns objects by each of their index keys', () => {
    const store = new Store<Coloured>(indexes);
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

  test('throws for an index that does not exist', () => {
    expect(() => new Store().byIndex('colour', 'red')).toThrow('no index colour');
  });

  test('returns the same objects as a scan after any changes', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const colours = fc.uniqueArray(fc.constantFrom('red', 'green', 'blue'));
    const item = fc.record({ name, colours, uid: fc.constantFrom('', '-new') });
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('put' as const, 'delete' as const), item }),
      fc.record({ kind: fc.constant('replace' as const), items: fc.array(item, { maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const store = new Store<Coloured>(indexes);
        let version = 0;
        const toObject = ({
          name,
          colours,
          uid,
        }: {
          name: string;
          colours: string[];
          uid: string;
        }) => object(name, ++version, colours, name + uid);
        for (const next of steps) {
          if (next.kind === 'replace') store.replace(next.items.map(toObject), String(++version));
          else store[next.kind](toObject(next.item));
          for (const colour of ['red', 'green', 'blue']) {
            const scanned = store.list().filter((candidate) => candidate.colours.includes(colour));
            const found = store.byIndex('colour', colour);
            expect(new Set(found)).toEqual(new Set(scanned));
            expect(found).toHaveLength(scanned.length);
          }
        }
      }),
    );
  });
});
