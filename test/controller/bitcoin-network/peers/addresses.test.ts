import { peerAddresses } from '../../../../controller/bitcoin-network/peers/addresses.ts';
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
    expect(addresses.nodeOfName('10.0.0.7:18444')).toBeUndefined();
    expect(addresses.nodeOfName('alice-sts-0.alice-svc:18444')).toBe('0');
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
