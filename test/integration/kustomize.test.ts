import { App, Chart } from 'cdk8s';
import {
  BitcoinNetworkCrd,
  ControllerInstall,
  type ControllerInstallProps,
} from '../../constructs/index.ts';
import type { KubeObject } from '../../kube/index.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { kustomize } from '../framework/kustomize.ts';

/** kubectl builds the same objects from kustomize/ as the constructs. */

/** Renders the controller, and the CustomResourceDefinition unless it is for one namespace. */
function synthesize(props: ControllerInstallProps): KubeObject[] {
  const chart = new Chart(new App(), 'install');
  if (props.namespace === undefined) new BitcoinNetworkCrd(chart, 'crd');
  new ControllerInstall(chart, 'controller', props);
  return chart.toJson() as KubeObject[];
}

/** Removes empty lists and objects, which kustomize omits and which mean the same as no value. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, field]) => [key, withoutEmpty(field)] as const)
    .filter(([, field]) => !isEmpty(field));
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The objects by kind, namespace and name. */
function byName(objects: readonly KubeObject[]): Map<string, unknown> {
  return new Map(
    objects.map((object) => {
      const { kind, metadata } = object;
      return [`${kind} ${metadata.namespace ?? ''}/${metadata.name}`, withoutEmpty(object)];
    }),
  );
}

test.each<[string, ControllerInstallProps]>([
  ['base', {}],
  ['overlays/two-replicas', { replicas: 2 }],
  ['overlays/one-namespace', { namespace: 'team-a' }],
  ['overlays/debug-logging', { logLevel: 'debug' }],
])('kustomize/%s equals the construct', async (folder, props) => {
  const built = await kustomize(`kustomize/${folder}`);
  expect(built.length).toBeGreaterThan(3);
  expect(byName(built)).toEqual(byName(synthesize(props)));
});

test('kustomize/cluster has the CustomResourceDefinition and the roles of users only', async () => {
  const isShared = ({ kind, metadata }: KubeObject) =>
    kind === 'CustomResourceDefinition' ||
    (kind === 'ClusterRole' && metadata.name !== 'bitcoin-controller-role');
  const expected = synthesize({}).filter(isShared);
  expect(expected).toHaveLength(4);
  expect(byName(await kustomize('kustomize/cluster'))).toEqual(byName(expected));
});

test('kubectl apply -k installs the base over dist/ without a change', async () => {
  const args = ['apply', '--server-side', '--force-conflicts', '-o', 'json', '-k'];
  const kubectl = new Kubectl();
  const versions = async () => {
    const names = ['deployment/bitcoin-controller', 'role/bitcoin-controller-role'];
    const { items } = await kubectl.in('bitcoin-controller').get<{ items: KubeObject[] }>(...names);
    return items.map(({ metadata }) => metadata.generation ?? metadata.uid);
  };
  const before = await versions();
  await kubectl.run([...args, 'kustomize/base']);
  expect(await versions()).toEqual(before);
});
