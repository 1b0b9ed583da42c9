import { App, Chart } from 'cdk8s';
import { ControllerInstall } from '../../../constructs/index.ts';

interface Manifest {
  kind: string;
  metadata: { name: string };
  rules?: { resources: string[]; verbs: string[]; resourceNames?: string[] }[];
}

function render(): Manifest[] {
  const chart = new Chart(new App(), 'test');
  new ControllerInstall(chart, 'controller');
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
