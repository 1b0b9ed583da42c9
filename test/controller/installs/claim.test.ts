import {
  claimNote,
  isNeglected,
  neglectedStatus,
  otherInstall,
} from '../../../controller/installs/claim.ts';
import type { BitcoinNetworkStatus } from '../../../imports/bitcoin-network.ts';
import { network } from '../builders.ts';

const noon = Date.UTC(2026, 0, 1, 12);

/** The network lab/alice of generation 2 with a status. */
const withStatus = (status: BitcoinNetworkStatus, metadata = {}) => ({
  ...network({ nodes: 3 }, metadata),
  status,
});

describe('otherInstall', () => {
  test.each<[string, BitcoinNetworkStatus | undefined, string | undefined]>([
    ['without a status', undefined, undefined],
    ['without a claim', { observedGeneration: 1 }, undefined],
    ['with the claim of this controller', { controller: 'team-a' }, undefined],
    [
      'with the claim of another controller',
      { controller: 'bitcoin-controller' },
      'bitcoin-controller',
    ],
  ])('returns the other controller of a network %s', (_, status, expected) => {
    expect(otherInstall({ ...(status && { status }) }, 'team-a')).toBe(expected);
  });
});

test('a network is neglected while its status describes an earlier generation', () => {
  expect(isNeglected(withStatus({ observedGeneration: 1 }))).toBe(true);
  expect(isNeglected(withStatus({ observedGeneration: 2 }))).toBe(false);
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  expect(isNeglected(withStatus({ observedGeneration: 1 }, { deletionTimestamp }))).toBe(false);
});

test('the note of an event names both controllers', () => {
  expect(claimNote('bitcoin-controller', 'team-a')).toBe(
    'the controller in namespace bitcoin-controller manages this network; the one in namespace ' +
      'team-a leaves it alone. Run one controller for each namespace',
  );
});

test('neglectedStatus changes three conditions and names the remedy', () => {
  const peersConnected = {
    type: 'PeersConnected',
    status: 'True' as const,
    observedGeneration: 1,
    lastTransitionTime: '2026-01-01T10:00:00Z',
    reason: 'AllLinksUp',
    message: 'all links are up',
  };
  const before = {
    controller: 'old',
    observedGeneration: 1,
    readyNodes: 3,
    conditions: [peersConnected],
  };
  const status = neglectedStatus(withStatus(before), 'old', noon);
  expect(status).toMatchObject({ controller: 'old', observedGeneration: 1, readyNodes: 3 });
  expect(
    status.conditions!.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
  ).toEqual([
    'Ready False OtherController',
    'Reconciling False Settled',
    'Stalled True OtherController',
    'PeersConnected True AllLinksUp',
  ]);
  expect(status.conditions![2]).toMatchObject({
    observedGeneration: 2,
    lastTransitionTime: '2026-01-01T12:00:00Z',
    message:
      'the controller in namespace old manages this network and does not process its changes. If ' +
      'it no longer exists, hand the network over: kubectl -n lab patch bitcoinnetwork alice ' +
      `--subresource=status --type=merge -p '{"status":{"controller":null}}'`,
  });
  expect(neglectedStatus(withStatus(status), 'old', noon + 60_000)).toEqual(status);
});
