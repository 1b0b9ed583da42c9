import { manifestOf, render } from './builders.ts';

const kinds = (...args: Parameters<typeof render>) => render(...args).map(({ kind }) => kind);

describe('ControllerInstall', () => {
  test('renders the manifests of the snapshot', () => {
    expect(render()).toMatchSnapshot();
  });

  test('orders the Namespace first and the Deployment last', () => {
    expect(kinds().at(0)).toBe('Namespace');
    expect(kinds().at(-1)).toBe('Deployment');
  });

  test('labels every object', () => {
    for (const { metadata } of render()) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': 'bitcoin-controller',
        'app.kubernetes.io/managed-by': 'bitcoin-controller',
      });
    }
  });

  test('mounts no token of the ServiceAccount into other pods', () => {
    expect(manifestOf('ServiceAccount')).toMatchObject({ automountServiceAccountToken: false });
  });
});

test('ControllerInstall adds labels and annotations to every object', () => {
  for (const { metadata } of render({ labels: { team: 'chain' }, annotations: { owner: 'me' } })) {
    expect(metadata).toMatchObject({ labels: { team: 'chain' }, annotations: { owner: 'me' } });
  }
});

test('ControllerInstall watches all namespaces from an existing one', () => {
  const props = { namespace: 'operators', scope: 'Cluster' } as const;
  expect(kinds(props)).toEqual(kinds().filter((kind) => kind !== 'Namespace'));
  const namespaces = render(props).map(({ metadata }) => metadata.namespace ?? 'cluster');
  expect([...new Set(namespaces)].sort()).toEqual(['cluster', 'operators']);
  expect(JSON.stringify(manifestOf('Deployment', props))).not.toContain('--namespace');
});

describe('ControllerInstall for one namespace', () => {
  const manifests = render({ namespace: 'team-a' });

  test('has no object outside the namespace', () => {
    expect(kinds({ namespace: 'team-a' }).sort()).toEqual([
      'Deployment',
      'Role',
      'RoleBinding',
      'ServiceAccount',
    ]);
    for (const { metadata } of manifests) expect(metadata.namespace).toBe('team-a');
  });

  test('has the same permissions, in one Role', () => {
    const rulesOf = (objects: typeof manifests) =>
      objects
        .filter(({ metadata }) => metadata.name === 'bitcoin-controller-role')
        .flatMap(({ rules = [] }) => rules)
        .map(({ resourceNames = [], ...rule }) => JSON.stringify({ ...rule, resourceNames }))
        .sort();
    expect(rulesOf(manifests)).toEqual(rulesOf(render()));
  });

  test('starts the controller with its namespace', () => {
    const { spec } = manifestOf('Deployment', { namespace: 'team-a' });
    expect(JSON.stringify(spec)).toContain('"--namespace=$(POD_NAMESPACE)"');
    expect(JSON.stringify(manifestOf('Deployment').spec)).not.toContain('--namespace');
  });
});
