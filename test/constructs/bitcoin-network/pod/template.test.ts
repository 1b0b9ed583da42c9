import { createHash } from 'node:crypto';
import { checksumText } from '../../../../constructs/bitcoin-network/config-map.ts';
import { objectLabels } from '../../../../constructs/bitcoin-network/labels.ts';
import { podTemplate } from '../../../../constructs/bitcoin-network/pod/template.ts';
import { context, live } from '../builders.ts';

const checksum = (...args: Parameters<typeof context>) =>
  podTemplate(context(...args)).metadata.annotations[
    'bitcoincontroller.christianb93.github.com/checksum'
  ];

describe('the checksum of a pod', () => {
  test('is the SHA-256 of checksumText', () => {
    const text = checksumText(context({}, live));
    expect(checksum({}, live)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test.each<[string, Parameters<typeof context>]>([
    ['an option of the user', [{ config: { txindex: 1 } }, live]],
    [
      "the controller's credentials",
      [{}, { ...live, credentials: { ...live.credentials, password: 'other' } }],
    ],
  ])('changes with %s, so that nodes restart', (_, args) => {
    expect(checksum(...args)).not.toBe(checksum({}, live));
  });

  test.each<[string, Parameters<typeof context>]>([
    ['the number of nodes', [{ nodes: 64 }, live]],
    ['the update partition', [{}, { ...live, updatePartition: 0 }]],
    ['the uid of the network', [{}, { ...live, uid: 'uid-2' }]],
  ])('does not change with %s', (_, args) => {
    expect(checksum(...args)).toBe(checksum({}, live));
  });
});

describe('podTemplate', () => {
  const { metadata, spec } = podTemplate(context());

  test('has the labels of the network', () => {
    expect(metadata.labels).toEqual(objectLabels('alice'));
  });

  test('makes bitcoind the container of kubectl logs and exec', () => {
    expect(metadata.annotations['kubectl.kubernetes.io/default-container']).toBe('bitcoind');
    expect(spec.containers.map(({ name }) => name)).toEqual(['bitcoind']);
  });

  test('prepares files in an init container', () => {
    expect(spec.initContainers.map(({ name }) => name)).toEqual(['prepare']);
  });

  test('satisfies the Pod Security Standard "restricted"', () => {
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const { securityContext } of [...spec.initContainers, ...spec.containers]) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('gives a pod no access to the API server', () => {
    expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });

  test('gives bitcoind 10 minutes to flush its chain state', () => {
    expect(spec.terminationGracePeriodSeconds).toBe(600);
  });

  test('has the image pull secrets of the spec, if there are any', () => {
    const imagePullSecrets = [{ name: 'registry' }];
    expect(podTemplate(context({ imagePullSecrets })).spec).toMatchObject({ imagePullSecrets });
    expect(spec).not.toHaveProperty('imagePullSecrets');
  });
});
