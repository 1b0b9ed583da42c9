import { App, Chart } from 'cdk8s';
import { ControllerInstall, type ControllerInstallProps } from '../../../constructs/index.ts';

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec?: { template: { spec: { containers: { args: string[] }[] } } };
  rules?: { resources: string[]; verbs: string[]; resourceNames?: string[] }[];
}

function render(props?: ControllerInstallProps): Manifest[] {
  const chart = new Chart(new App(), 'test');
  new ControllerInstall(chart, 'controller', props);
  return chart.toJson() as Manifest[];
}

test('the manifests of the install', () => {
  expect(render()).toMatchSnapshot();
});

test('the Namespace comes first', () => {
  expect(render()[0]!.kind).toBe('Namespace');
});

test('no right is a wildcard, and the only Secret that can be read is its own', () => {
  const rules = render().flatMap((object) =>
    (object.rules ?? []).map((rule) => ({ role: object.kind, ...rule })),
  );
  expect(rules.length).toBeGreaterThan(5);
  expect(JSON.stringify(rules)).not.toContain('*');
  expect(rules.filter(({ resources }) => resources.includes('secrets'))).toEqual([
    expect.objectContaining({
      role: 'Role',
      verbs: ['get'],
      resourceNames: ['bitcoin-controller-key'],
    }),
    expect.objectContaining({ role: 'Role', verbs: ['create'] }),
  ]);
});

describe('for one namespace', () => {
  const manifests = render({ namespace: 'team-a' });

  test('nothing is outside it', () => {
    expect(manifests.map(({ kind }) => kind).sort()).toEqual([
      'Deployment',
      'Role',
      'RoleBinding',
      'ServiceAccount',
    ]);
    for (const { metadata } of manifests) expect(metadata.namespace).toBe('team-a');
  });

  test('the rights are the same, in one Role', () => {
    const rulesOf = (objects: Manifest[]) =>
      objects
        .flatMap(({ rules = [] }) => rules)
        .map(({ resourceNames = [], ...rule }) => JSON.stringify({ ...rule, resourceNames }))
        .sort();
    expect(rulesOf(manifests)).toEqual(rulesOf(render()));
  });

  test('the controller is told', () => {
    const deployment = manifests.find(({ kind }) => kind === 'Deployment')!;
    expect(deployment.spec!.template.spec.containers[0]!.args).toContain('--namespace=team-a');
  });
});
