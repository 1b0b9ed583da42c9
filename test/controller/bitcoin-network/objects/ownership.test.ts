import { networkLabel } from '../../../../constructs/bitcoin-network/labels.ts';
import {
  isOwned,
  ownershipFailure,
} from '../../../../controller/bitcoin-network/objects/ownership.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../../../kube/api/object.ts';
import { network } from '../../builders.ts';

const adoptKey = 'bitcoincontroller.christianb93.github.com/adopt';
const uid = network().metadata.uid!;

const owner: OwnerReference = {
  apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
  kind: 'BitcoinNetwork',
  name: 'alice',
  uid,
  controller: true,
};
const service = (metadata: Partial<ObjectMeta>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'alice-svc', namespace: 'lab', ...metadata },
});
const ownedBy = (...ownerReferences: OwnerReference[]) => service({ ownerReferences });

/** The traces that the controller leaves on an object. */
const labels = { [networkLabel]: 'alice' };
const managedFields = [{ manager: 'bitcoin-controller', operation: 'Apply' }] as const;

describe('isOwned', () => {
  test.each([
    [true, 'controlled by the network', ownedBy(owner)],
    [true, 'with further owners', ownedBy({ ...owner, uid: 'x', controller: false }, owner)],
    [false, 'of another uid', ownedBy({ ...owner, uid: 'another' })],
    [false, 'that the network owns but does not control', ownedBy({ ...owner, controller: false })],
    [false, 'without owner references', service({})],
  ])('returns %p for an object %s', (expected, _, live) => {
    expect(isOwned(network(), live)).toBe(expected);
  });
});

describe('ownershipFailure', () => {
  const annotations = { [adoptKey]: 'true' };
  const adopting = network({ nodes: 3 }, { annotations });
  const unsure = network({ nodes: 3 }, { annotations: { [adoptKey]: 'yes' } });

  test('allows an object that the network controls', () => {
    expect(ownershipFailure(network(), ownedBy(owner))).toBeUndefined();
  });

  test('allows an object that the controller applied and that lost its owner reference', () => {
    expect(ownershipFailure(network(), service({ labels, managedFields }))).toBeUndefined();
  });

  test.each([
    ['has nothing of ours', {}],
    ['has the label only', { labels }],
    ['has the label of another network', { labels: { [networkLabel]: 'bob' }, managedFields }],
    [
      'was updated instead of applied',
      { labels, managedFields: [{ ...managedFields[0], operation: 'Update' as const }] },
    ],
    [
      'was applied by another manager',
      { labels, managedFields: [{ ...managedFields[0], manager: 'helm' }] },
    ],
  ])('rejects an object that %s, and names both remedies', (_, metadata) => {
    expect(ownershipFailure(network(), service(metadata))).toEqual({
      reason: 'ObjectExists',
      message:
        'Service alice-svc already exists and is not owned by this network: delete it, or ' +
        'annotate both to let the network adopt it: ' +
        `kubectl annotate -n lab service/alice-svc ${adoptKey}=true && ` +
        `kubectl annotate -n lab bitcoinnetwork/alice ${adoptKey}=true`,
      terminal: true,
    });
  });

  test('allows an object without a controller if both carry the adopt annotation', () => {
    const ownerReferences = [{ ...owner, controller: false }];
    expect(ownershipFailure(adopting, service({ annotations }))).toBeUndefined();
    expect(ownershipFailure(adopting, service({ annotations, ownerReferences }))).toBeUndefined();
  });

  test.each([
    ['only the network carries the annotation', adopting, {}],
    ['only the object carries the annotation', network(), { annotations }],
    ['the annotation of the network has another value', unsure, { annotations }],
    [
      'the annotation of the object has another value',
      adopting,
      { annotations: { [adoptKey]: 'yes' } },
    ],
  ])('rejects an object if %s', (_, resource, metadata) => {
    expect(ownershipFailure(resource, service(metadata))).toMatchObject({ reason: 'ObjectExists' });
  });

  test.each([network(), adopting])('rejects an object of another controller', (resource) => {
    const other = { ...owner, kind: 'Other', name: 'x' };
    const live = service({ annotations, ownerReferences: [{ ...other, uid: 'another' }] });
    expect(ownershipFailure(resource, live)).toEqual({
      reason: 'ObjectExists',
      message: 'Service alice-svc is controlled by Other x: delete it or rename the network',
      terminal: true,
    });
  });

  test.each([network(), adopting])('waits for an object of a deleted namesake', (resource) => {
    expect(ownershipFailure(resource, ownedBy({ ...owner, uid: 'former' }))).toEqual({
      reason: 'PredecessorTerminating',
      message:
        'waiting for Service alice-svc of a deleted network with the same name to be removed',
      terminal: false,
    });
  });
});
