import {
  peerAddresses,
  podIdentities,
} from '../../../../controller/bitcoin-network/peers/addresses.ts';
import type { Pod } from '../../../../controller/cache/workloads.ts';
import { dependencies, pod, scope, statefulSet } from '../../builders.ts';

/** The addresses of a network with the given pods. */
function addressesOf(...pods: readonly Pod[]) {
  const context = dependencies();
  context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
  for (const each of pods) context.server.put(`pods/${each.metadata.name}`, { ...each });
  return peerAddresses(scope(undefined, context));
}

describe('peerAddresses', () => {
  test('lists nodes by DNS name and dials them by IP address', () => {
    const addresses = addressesOf(pod('0', { podIP: '10.0.0.7' }), pod('1', { podIP: 'fd00::8' }));
    expect(addresses.byName('0')).toBe('alice-sts-0.alice-svc:18444');
    expect(addresses.toDial('0')).toBe('10.0.0.7:18444');
    expect(addresses.toDial('1')).toBe('[fd00::8]:18444');
  });

  test('dials a node without an IP address by DNS name', () => {
    expect(addressesOf().toDial('0')).toBe('alice-sts-0.alice-svc:18444');
  });

  test('returns the node of either address', () => {
    const addresses = addressesOf(pod('0', { podIP: '10.0.0.7' }));
    expect(addresses.nodeOf('10.0.0.7:18444')).toBe('0');
    expect(addresses.nodeOf('alice-sts-0.alice-svc:18444')).toBe('0');
    expect(addresses.nodeOf('10.0.0.8:18444')).toBeUndefined();
  });

  test.each([
    ['10.0.0.7', '0'],
    ['::ffff:10.0.0.7', '0'],
    ['[::ffff:a00:7]:18444', '0'],
    ['fd00::8', '1'],
    ['[fd00:0::8]:18444', '1'],
    ['alice-sts-0.alice-svc', '0'],
    ['ALICE-STS-0.alice-svc.:18444', '0'],
    ['alice-sts-0.alice-svc.lab:18444', '0'],
    ['alice-sts-0.alice-svc.lab.svc.cluster.local:18444', '0'],
    ['alice-sts-0.alice-svc.prod.svc.cluster.local:18444', undefined],
    ['alice-sts-0.alice-svc.lab.pod:18444', undefined],
    ['alice-sts-0:18444', undefined],
    ['10.0.0.7:8333', undefined],
    ['', undefined],
    ['[:18444', undefined],
  ])('finds the node of %j, which users and bitcoind may write', (address, name) => {
    const addresses = addressesOf(pod('0', { podIP: '10.0.0.7' }), pod('1', { podIP: 'fd00::8' }));
    expect(addresses.nodeOf(address)).toBe(name);
  });

  test('returns the node of a pod that is being deleted, so that its links are cut', () => {
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    const addresses = addressesOf(pod('2', { podIP: '10.0.0.9' }, { deletionTimestamp }));
    expect(addresses.nodeOf('10.0.0.9:18444')).toBe('2');
  });

  test('returns the node that has an address now, not one whose pod ended with it', () => {
    const ended = pod('2', { phase: 'Failed', podIP: '10.0.0.7' });
    const addresses = addressesOf(pod('0', { podIP: '10.0.0.7' }), ended);
    expect(addresses.nodeOf('10.0.0.7:18444')).toBe('0');
  });

  test('trusts no address of a pod that the StatefulSet does not control', () => {
    const forged = pod('2', { podIP: '10.0.0.7' }, { ownerReferences: [] });
    expect(addressesOf(forged).nodeOf('10.0.0.7:18444')).toBeUndefined();
  });
});

describe('podIdentities', () => {
  const identityOf = (podIP: string, uid: string) => {
    const context = dependencies();
    context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
    context.server.put('pods/alice-sts-0', { ...pod('0', { podIP }, { uid }) });
    return podIdentities(scope(undefined, context)).get('0');
  };

  test('differ for another pod and for another IP address', () => {
    expect(identityOf('10.0.0.7', 'a')).toBe(identityOf('10.0.0.7', 'a'));
    expect(identityOf('10.0.0.8', 'a')).not.toBe(identityOf('10.0.0.7', 'a'));
    expect(identityOf('10.0.0.7', 'b')).not.toBe(identityOf('10.0.0.7', 'a'));
  });
});
