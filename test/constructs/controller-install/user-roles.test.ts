import { render, type Manifest } from './builders.ts';

const labelPrefix = 'rbac.authorization.k8s.io/aggregate-to-';
const isUserRole = ({ metadata }: Manifest) =>
  Object.keys(metadata.labels).some((label) => label.startsWith(labelPrefix));

/** The verbs of a user role by resource. */
function verbsOf(role: string): Record<string, readonly string[]> {
  const { rules = [] } = render().find(
    ({ metadata }) => metadata.name === `bitcoin-controller-${role}`,
  )!;
  return Object.fromEntries(rules.map(({ resources, verbs }) => [resources.join(), verbs]));
}

const read = ['get', 'list', 'watch'];
const write = ['create', 'update', 'patch', 'delete', 'deletecollection'];

describe('the roles of users', () => {
  test('extend the roles of Kubernetes', () => {
    const roles = render().filter(isUserRole);
    expect(roles.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['ClusterRole', 'bitcoin-controller-view'],
      ['ClusterRole', 'bitcoin-controller-edit'],
      ['ClusterRole', 'bitcoin-controller-admin'],
    ]);
    for (const { metadata } of roles) {
      const role = metadata.name.replace('bitcoin-controller-', '');
      const labels = Object.entries(metadata.labels).filter(([key]) => key.startsWith(labelPrefix));
      expect(labels).toEqual([[`${labelPrefix}${role}`, 'true']]);
    }
  });

  test.each([
    ['view', read, ['get'], ['get']],
    ['edit', [...read, ...write], ['get', 'update', 'patch'], ['get']],
    ['admin', [...read, ...write], ['get', 'update', 'patch'], ['get', 'update', 'patch']],
  ])('the role %s has its verbs on networks, scale and status', (role, networks, scale, status) => {
    expect(verbsOf(role)).toEqual({
      bitcoinnetworks: networks,
      'bitcoinnetworks/scale': scale,
      'bitcoinnetworks/status': status,
    });
  });

  test('concern networks only', () => {
    const groups = render()
      .filter(isUserRole)
      .flatMap(({ rules = [] }) => rules.flatMap(({ apiGroups }) => apiGroups));
    expect([...new Set(groups)]).toEqual(['bitcoincontroller.christianb93.github.com']);
  });

  test('exist if the controller watches all namespaces', () => {
    const count = (...args: Parameters<typeof render>) => render(...args).filter(isUserRole).length;
    expect(count({ namespace: 'operators', scope: 'Cluster' })).toBe(3);
    expect(count({ namespace: 'team-a' })).toBe(0);
  });
});
