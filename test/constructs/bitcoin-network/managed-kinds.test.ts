import * as fc from 'fast-check';
import { regtest } from '../../../bitcoin/chain.ts';
import {
  isOptionalName,
  isRequiredName,
  managedKinds,
  type ManagedKind,
} from '../../../constructs/bitcoin-network/managed-kinds.ts';
import { networkNames } from '../../../constructs/bitcoin-network/names.ts';
import { context, renderObject } from './builders.ts';

const [configMaps, services, statefulSets] = managedKinds as [
  ManagedKind,
  ManagedKind,
  ManagedKind,
];

describe('managedKinds', () => {
  test('are in the order in which objects are applied: a pod needs the others at its start', () => {
    expect(managedKinds.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Service', 'StatefulSet']);
  });

  test.each(managedKinds.map((kind) => [kind.kind, kind] as const))(
    'synthesize a %s of their own kind with the required name',
    (name, kind) => {
      const manifest = renderObject((scope, ctx) => kind.synthesize(scope, ctx)[0]!, context());
      expect(manifest).toMatchObject({ apiVersion: kind.apiVersion, kind: name });
      expect(isRequiredName(kind, 'alice', manifest.metadata.name)).toBe(true);
      expect(isOptionalName(kind, 'alice', manifest.metadata.name)).toBe(false);
    },
  );

  test('require the names of networkNames', () => {
    const names = networkNames('alice', regtest);
    expect(isRequiredName(configMaps, 'alice', names.configMap)).toBe(true);
    expect(isRequiredName(services, 'alice', names.service)).toBe(true);
    expect(isRequiredName(statefulSets, 'alice', names.statefulSet())).toBe(true);
    expect(isOptionalName(statefulSets, 'alice', names.statefulSet('old'))).toBe(true);
  });
});

describe('isRequiredName', () => {
  test.each(['alice', 'alice-configs', 'alice-config-old', 'bob-config', 'alice-svc'])(
    'rejects the ConfigMap %s',
    (name) => {
      expect(isRequiredName(configMaps, 'alice', name)).toBe(false);
    },
  );

  test('rejects every name for a kind without a required object', () => {
    const kind = { ...configMaps, suffix: { optional: /^-x$/ } };
    expect(isRequiredName(kind, 'alice', 'alice')).toBe(false);
  });
});

describe('isOptionalName', () => {
  test.each([
    [configMaps, 'alice-config-old'],
    [services, 'alice-node-0'],
    [services, 'alice-node-old-12'],
    [services, 'alice-rpc'],
    [statefulSets, 'alice-sts-old'],
    [statefulSets, `alice-sts-${'a'.repeat(30)}`],
  ])('accepts the $kind %s', (kind, name) => {
    expect(isOptionalName(kind, 'alice', name)).toBe(true);
  });

  test.each([
    [configMaps, 'alice-config'],
    [configMaps, 'alice-extra'],
    [configMaps, 'alice-config-'],
    [configMaps, 'alice-config-Old'],
    [configMaps, 'alice-config-1old'],
    [configMaps, 'alice-config-old-1'],
    [configMaps, 'bob-config-old'],
    [configMaps, 'malice-config-old'],
    [configMaps, 'kube-root-ca.crt'],
    [services, 'alice-node-'],
    [services, 'alice-node-old'],
    [services, 'alice-rpc-0'],
    [services, 'alice-config-old'],
    [statefulSets, 'alice-sts-0'],
    [statefulSets, `alice-sts-${'a'.repeat(31)}`],
  ])('rejects the $kind %s', (kind, name) => {
    expect(isOptionalName(kind, 'alice', name)).toBe(false);
  });

  test('accepts no name that begins with another network', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...managedKinds),
        fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/),
        fc.constantFrom('-config-old', '-node-0', '-node-old-0', '-rpc', '-sts-old'),
        (kind, other, suffix) => {
          fc.pre(other !== 'alice');
          expect(isOptionalName(kind, 'alice', `${other}${suffix}`)).toBe(false);
        },
      ),
    );
  });
});
