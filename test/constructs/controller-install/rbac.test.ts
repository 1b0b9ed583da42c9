import { managedKinds } from '../../../constructs/bitcoin-network/managed-kinds.ts';
import { render, type Rule } from './builders.ts';

const manifests = render();
const rules = manifests
  .filter(({ metadata }) => metadata.name === 'bitcoin-controller-role')
  .flatMap(({ kind, rules = [] }) => rules.map((rule) => ({ kind, ...rule })));

/** The rules for a resource, with the kind of the role. */
const rulesFor = (resource: string) =>
  rules.filter(({ resources }) => resources.includes(resource));
const verbsFor = (resource: string) => rulesFor(resource).flatMap(({ verbs }) => verbs);

describe('the permissions of the controller', () => {
  test('contain no wildcard', () => {
    expect(rules.length).toBeGreaterThan(5);
    expect(JSON.stringify(rules)).not.toContain('*');
  });

  test.each(managedKinds.map(({ plural, apiVersion }) => [plural, apiVersion] as const))(
    'allow to manage %s in all namespaces',
    (plural, apiVersion) => {
      const [rule] = rulesFor(plural) as [Rule & { kind: string }];
      expect(rule).toEqual({
        kind: 'ClusterRole',
        apiGroups: [apiVersion === 'v1' ? '' : apiVersion.split('/')[0]],
        resources: [plural],
        resourceNames: [],
        verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
      });
    },
  );

  test('allow to read and patch networks, and neither to create nor to delete them', () => {
    expect(verbsFor('bitcoinnetworks')).toEqual(['get', 'list', 'watch', 'patch']);
    expect(verbsFor('bitcoinnetworks/status')).toEqual(['patch']);
  });

  test('allow owner references that block deletion where the API server checks them', () => {
    expect(verbsFor('bitcoinnetworks/finalizers')).toEqual(['update']);
  });

  test('allow to read pods, and neither to change them nor to run commands in them', () => {
    expect(verbsFor('pods')).toEqual(['get', 'list', 'watch']);
    expect(rulesFor('pods/exec')).toEqual([]);
  });

  test('allow to record events and to list them, and not to watch or delete them', () => {
    expect(rulesFor('events')).toEqual([
      {
        kind: 'ClusterRole',
        apiGroups: ['events.k8s.io'],
        resources: ['events'],
        resourceNames: [],
        verbs: ['create', 'patch', 'list'],
      },
    ]);
  });

  test('allow to read no other Secret than that of the master key', () => {
    expect(rulesFor('secrets')).toEqual([
      expect.objectContaining({
        kind: 'Role',
        verbs: ['get'],
        resourceNames: ['bitcoin-controller-key'],
      }),
      expect.objectContaining({ kind: 'Role', verbs: ['create'] }),
    ]);
  });

  test('allow to hold the Lease of the controller', () => {
    expect(rulesFor('leases')).toEqual([
      expect.objectContaining({
        kind: 'Role',
        verbs: ['get', 'watch', 'update'],
        resourceNames: ['bitcoin-controller'],
      }),
      expect.objectContaining({ kind: 'Role', verbs: ['create'] }),
    ]);
  });
});

test.each([
  ['ClusterRoleBinding', 'ClusterRole'],
  ['RoleBinding', 'Role'],
])('a %s grants the %s to the ServiceAccount of the controller', (kind, role) => {
  const { roleRef, subjects } = manifests.find((manifest) => manifest.kind === kind)!;
  expect(roleRef).toMatchObject({ kind: role, name: 'bitcoin-controller-role' });
  expect(subjects).toEqual([
    expect.objectContaining({
      kind: 'ServiceAccount',
      name: 'bitcoin-controller-sva',
      namespace: 'bitcoin-controller',
    }),
  ]);
});
