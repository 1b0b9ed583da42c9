import { Overrides } from '../../../../controller/bitcoin-network/objects/overrides.ts';

const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'alice-sts' } };
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'alice-svc' } };
const override = (desired: string) => ({ desired, live: 'l', template: 't', paths: ['spec'] });

describe('Overrides', () => {
  test('holds the two newest overrides of each object', () => {
    const overrides = new Overrides();
    for (const desired of ['a', 'b', 'c', 'b']) overrides.add('lab/alice', set, override(desired));
    overrides.add('lab/alice', service, override('d'));
    expect(overrides.of('lab/alice', set)).toEqual([override('b'), override('c')]);
    expect(overrides.of('lab/alice', service)).toEqual([override('d')]);
    expect(overrides.of('lab/bob', set)).toEqual([]);
  });

  test('forgets an object, and a network', () => {
    const overrides = new Overrides();
    overrides.add('lab/alice', set, override('a'));
    overrides.add('lab/alice', service, override('a'));
    overrides.remove('lab/alice', set);
    overrides.remove('lab/bob', set);
    expect(overrides.of('lab/alice', set)).toEqual([]);
    overrides.delete('lab/alice');
    expect(overrides.of('lab/alice', service)).toEqual([]);
  });
});
