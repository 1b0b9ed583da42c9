/**
 * Records the test data of drift detection, test/kube/apply/managed-fields.jsonl: applies objects
 * to the cluster of KUBECONFIG, changes them as other field managers do, compares the result of
 * findDrift with the expected drift, and writes each state with its managedFields. Run it after a
 * change to dist/networks/example.yaml or to the states below:
 *
 *   KUBECONFIG=... node scripts/record-managed-fields.ts
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { apply } from '../kube/apply/apply.ts';
import { KubeClient } from '../kube/client/client.ts';
import { loadKubeConfig } from '../kube/config/kube-config.ts';
import { findDrift } from '../kube/apply/drift.ts';
import type { ObjectMeta, Resource, UnstructuredObject } from '../kube/api/object.ts';
import type { ManagedFieldsCase } from '../test/kube/apply/managed-fields-case.ts';
import { configMaps } from '../test/kube/resources.ts';

const manager = 'drift-test';
const namespace = `managed-fields-${process.pid}`;
const resource = (apiVersion: string, kind: string, plural: string): Resource => ({
  apiVersion,
  kind,
  plural,
  namespaced: true,
});
const namespaces = { ...resource('v1', 'Namespace', 'namespaces'), namespaced: false };
const resources: Readonly<Record<string, Resource>> = {
  ConfigMap: configMaps,
  Service: resource('v1', 'Service', 'services'),
  StatefulSet: resource('apps/v1', 'StatefulSet', 'statefulsets'),
  Deployment: resource('apps/v1', 'Deployment', 'deployments'),
  NetworkPolicy: resource('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  PodDisruptionBudget: resource('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
};

const client = KubeClient.fromKubeConfig(loadKubeConfig(), { userAgent: 'record-managed-fields' });
const cases: ManagedFieldsCase[] = [];

/**
 * Asserts that the live object has the given drift (each as `cause path`) and records the state.
 */
async function expectDrift(name: string, desired: UnstructuredObject, drift: readonly string[]) {
  const { kind, metadata } = desired;
  const live = await client.get(resources[kind]!, metadata);
  const found = [...findDrift(desired, live, manager)];
  const texts = found.map(({ cause, path }) => `${cause} ${path}`);
  assert.deepEqual(texts.sort(), [...drift].sort(), `${kind}: ${name}`);
  cases.push({ name: `${kind}: ${name}`, desired, live, drift });
}

/** Applies the object and asserts that no drift remains. */
async function converge(name: string, desired: UnstructuredObject) {
  await apply(client, resources[desired.kind]!, desired, { fieldManager: manager });
  await expectDrift(name, desired, []);
}

/** Edits the object or one of its subresources as another field manager, with a merge patch. */
async function edit({ kind, metadata }: UnstructuredObject, patch: object, subresource?: string) {
  await client.patch(resources[kind]!, metadata, patch, {
    type: 'merge',
    fieldManager: 'kubectl-edit',
    subresource,
  });
}

/** A change by a user or another controller, with the drift that it causes. */
type Edit = readonly [name: string, patch: object, drift: readonly string[]];

/** Makes each edit, asserts its drift and reverts it. */
async function editAll(desired: UnstructuredObject, edits: readonly Edit[]) {
  for (const [name, patch, drift] of edits) {
    await edit(desired, patch);
    await expectDrift(name, desired, drift);
    if (drift.length > 0) await converge(`reverted: ${name}`, desired);
  }
}

/** Asserts the drift that a new desired state causes, then applies the state. */
async function changeDesired(name: string, desired: UnstructuredObject, drift: readonly string[]) {
  await expectDrift(name, desired, drift);
  await converge(`applied: ${name}`, desired);
}

/** Returns a copy with the fields at the given paths set, or removed if the value is undefined. */
function withEdits(object: UnstructuredObject, edits: Readonly<Record<string, unknown>>) {
  const copy = structuredClone(object) as unknown as Record<string, unknown>;
  for (const [path, value] of Object.entries(edits)) {
    const names = path.split('/');
    const field = names.pop()!;
    const parent = names.reduce((at, name) => at[name] as Record<string, unknown>, copy);
    if (value === undefined) Reflect.deleteProperty(parent, field);
    else parent[field] = value;
  }
  return copy as unknown as UnstructuredObject;
}

const header = (apiVersion: string, kind: string) => ({ apiVersion, kind });

async function recordAll() {
  await client.create(namespaces, { ...header('v1', 'Namespace'), metadata: { name: namespace } });
  const quota = {
    ...header('v1', 'ResourceQuota'),
    metadata: { name: 'no-pods', namespace },
    spec: { hard: { pods: '0' } },
  };
  await client.create(resource('v1', 'ResourceQuota', 'resourcequotas'), quota);
  // The owner must exist, or the garbage collector deletes the objects.
  const owner = await client.create(configMaps, {
    ...header('v1', 'ConfigMap'),
    metadata: { name: 'owner', namespace },
  });
  const { name, uid = '' }: ObjectMeta = owner.metadata;
  const ownerReferences = [{ ...header('v1', 'ConfigMap'), name, uid, controller: true }];
  const example = await readFile('dist/networks/example.yaml', 'utf8');
  const network = new Map<string, UnstructuredObject>();
  for (const document of parseAllDocuments(example)) {
    const object = document.toJS() as UnstructuredObject;
    const edits = { 'metadata/namespace': namespace, 'metadata/ownerReferences': ownerReferences };
    network.set(object.kind, withEdits(object, edits));
  }
  for (const object of network.values()) await converge('of a network', object);
  await recordConfigMap(network.get('ConfigMap')!);
  await recordService(network.get('Service')!);
  await recordStatefulSet(network.get('StatefulSet')!);
  await recordDeployment();
  await recordNetworkPolicy();
  await recordPodDisruptionBudget();
}

async function recordConfigMap(desired: UnstructuredObject) {
  await editAll(desired, [
    ['data edited', { data: { peers: 'x' } }, ['missing data.peers']],
    ['data removed', { data: { peers: null } }, ['missing data.peers']],
    ['label removed', { metadata: { labels: { app: null } } }, ['missing metadata.labels.app']],
    ['label added', { metadata: { labels: { extra: 'x' } } }, []],
    ['annotation and data added', { metadata: { annotations: { a: 'b' } }, data: { z: '1' } }, []],
    [
      'owner removed',
      { metadata: { ownerReferences: null } },
      ['missing metadata.ownerReferences'],
    ],
    [
      'owner edited',
      { metadata: { ownerReferences: [{ ...desired.metadata.ownerReferences![0], name: 'x' }] } },
      ['missing metadata.ownerReferences'],
    ],
  ]);
  await changeDesired(
    'data removed from the desired object',
    withEdits(desired, { 'data/peers': undefined }),
    ['left-over data.peers'],
  );
  await changeDesired(
    'data added to the desired object',
    withEdits(desired, { 'data/more': 'new' }),
    ['missing data.peers', 'missing data.more'],
  );
  await changeDesired(
    'data changed in the desired object',
    withEdits(desired, { 'data/peers': 'new' }),
    ['different data.peers', 'left-over data.more'],
  );
}

async function recordService(desired: UnstructuredObject) {
  const rpc = { name: 'rpc', port: 18332, targetPort: 'rpc' };
  const p2p = { name: 'p2p', port: 18444, targetPort: 'p2p' };
  const port = (number: number) => `spec.ports{"port":${number},"protocol":"TCP"}`;
  await editAll(desired, [
    ['selector edited', { spec: { selector: { app: 'x' } } }, ['missing spec.selector']],
    [
      'label added to the selector',
      { spec: { selector: { other: 'x' } } },
      ['missing spec.selector'],
    ],
    [
      'flag cleared',
      { spec: { publishNotReadyAddresses: false } },
      ['missing spec.publishNotReadyAddresses'],
    ],
    [
      'target port edited',
      { spec: { ports: [rpc, { ...p2p, targetPort: 'x' }] } },
      [`missing ${port(18444)}.targetPort`],
    ],
    ['port removed', { spec: { ports: [rpc] } }, [`missing ${port(18444)}`]],
    ['port added', { spec: { ports: [rpc, p2p, { name: 'http', port: 80 }] } }, []],
    ['ports reordered', { spec: { ports: [p2p, rpc, { name: 'http', port: 80 }] } }, []],
  ]);
  await changeDesired(
    'protocol removed from a desired port',
    withEdits(desired, { 'spec/ports': [rpc, p2p] }),
    [`left-over ${port(18332)}.protocol`, `left-over ${port(18444)}.protocol`],
  );
  await changeDesired(
    'port removed from the desired object',
    withEdits(desired, { 'spec/ports': [rpc] }),
    [`left-over ${port(18444)}`],
  );
  await changeDesired(
    'selector reduced in the desired object',
    withEdits(desired, { 'spec/selector': { app: 'example' } }),
    [`missing ${port(18332)}.protocol`, `missing ${port(18444)}`, 'different spec.selector'],
  );
}

async function recordStatefulSet(desired: UnstructuredObject) {
  await edit(desired, { spec: { replicas: 5 } }, 'scale');
  await expectDrift('scaled', desired, ['missing spec.replicas']);
  await converge('reverted: scaled', desired);
  const annotation = 'kubectl.kubernetes.io/restartedAt';
  const template = (content: object) => ({ spec: { template: content } });
  await editAll(desired, [
    [
      'rollout restarted',
      template({ metadata: { annotations: { [annotation]: '2026-01-01T00:00:00Z' } } }),
      [],
    ],
    ['minReadySeconds edited', { spec: { minReadySeconds: 1 } }, ['missing spec.minReadySeconds']],
    [
      'minReadySeconds removed',
      { spec: { minReadySeconds: null } },
      ['missing spec.minReadySeconds'],
    ],
    [
      'grace period edited',
      template({ spec: { terminationGracePeriodSeconds: 1 } }),
      ['missing spec.template.spec.terminationGracePeriodSeconds'],
    ],
    [
      'security context edited',
      template({ spec: { securityContext: { runAsUser: 5 } } }),
      ['missing spec.template.spec.securityContext.runAsUser'],
    ],
    ['host network on', template({ spec: { dnsPolicy: 'Default' } }), []],
  ]);
  const [container] = (desired.spec as StatefulSetSpec).template.spec.containers;
  const main = 'spec.template.spec.containers{"name":"bitcoind"}';
  const containers = 'spec/template/spec/containers';
  await changeDesired(
    'image changed in the desired object',
    withEdits(desired, { [`${containers}/0/image`]: 'x:1' }),
    [`different ${main}.image`],
  );
  await changeDesired(
    'variable removed from the desired object',
    withEdits(desired, { [containers]: [{ ...container, env: [] }] }),
    [
      `different ${main}.image`,
      ...container!.env.map(({ name }) => `left-over ${main}.env{"name":"${name}"}`),
    ],
  );
  await changeDesired(
    'replicas removed from the desired object',
    withEdits(desired, { 'spec/replicas': undefined }),
    ['left-over spec.replicas', `missing ${main}.env`],
  );
}

interface StatefulSetSpec {
  readonly template: {
    readonly spec: {
      readonly containers: readonly { readonly env: readonly { name: string }[] }[];
    };
  };
}

async function recordDeployment() {
  const labels = { app: 'd' };
  const resources = { limits: { memory: '1024Mi', cpu: '1000m' }, requests: { cpu: 0.5 } };
  const container = {
    name: 'main',
    image: 'x:1',
    args: ['a', 'b'],
    resources,
    securityContext: {},
    ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
    env: [
      { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      { name: 'EMPTY', value: '' },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } },
    ],
    envFrom: [{ configMapRef: { name: 'x' } }],
    readinessProbe: { httpGet: { path: '/', port: 80 } },
    volumeMounts: [
      { name: 'token', mountPath: '/token' },
      { name: 'scratch', mountPath: '/tmp' },
    ],
  };
  const volumes = [
    { name: 'scratch', emptyDir: {} },
    { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1024Ki' } },
    {
      name: 'files',
      configMap: { name: 'x', defaultMode: 0o444, items: [{ key: 'a', path: 'a' }] },
    },
    {
      name: 'token',
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token' } },
          { downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] } },
        ],
      },
    },
  ];
  const desired: UnstructuredObject = {
    ...header('apps/v1', 'Deployment'),
    metadata: { name: 'd', namespace, labels, annotations: {}, finalizers: ['example.com/a'] },
    spec: {
      replicas: 0,
      paused: false,
      strategy: {},
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, creationTimestamp: null },
        spec: {
          containers: [container],
          initContainers: [],
          volumes,
          hostNetwork: false,
          nodeSelector: { disk: 'fast' },
          securityContext: {},
          tolerations: [{ key: 'a', operator: 'Exists' }],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'zone',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
        },
      },
    },
  };
  await converge('with many fields', desired);
  const spec = (content: object) => ({ spec: { template: { spec: content } } });
  const pod = 'spec.template.spec';
  await editAll(desired, [
    ['finalizer added', { metadata: { finalizers: ['example.com/b', 'example.com/a'] } }, []],
    [
      'finalizer removed',
      { metadata: { finalizers: ['example.com/b'] } },
      ['missing metadata.finalizers'],
    ],
    ['paused', { spec: { paused: true } }, ['missing spec.paused']],
    ['toleration added', spec({ tolerations: [{ key: 'z' }] }), [`missing ${pod}.tolerations`]],
    [
      'label added to the node selector',
      spec({ nodeSelector: { zone: 'x' } }),
      [`missing ${pod}.nodeSelector`],
    ],
    ['service account set', spec({ serviceAccountName: 'x' }), []],
  ]);
  await edit(desired, { spec: { replicas: 1 } }, 'scale');
  await expectDrift('scaled', desired, ['missing spec.replicas']);
  await converge('reverted: scaled', desired);
  await changeDesired(
    'toleration removed from the desired object',
    withEdits(desired, { 'spec/template/spec/tolerations': [] }),
    [`different ${pod}.tolerations`],
  );
  await changeDesired(
    'finalizer removed from the desired object',
    withEdits(desired, { 'metadata/finalizers': [] }),
    ['left-over metadata.finalizers"example.com/a"', `different ${pod}.tolerations`],
  );
  await edit(desired, { metadata: { finalizers: null } });
}

async function recordNetworkPolicy() {
  const desired: UnstructuredObject = {
    ...header('networking.k8s.io/v1', 'NetworkPolicy'),
    metadata: { name: 'p', namespace },
    spec: {
      podSelector: { matchLabels: { app: 'a' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }, { port: 'rpc' }] }],
    },
  };
  await converge('unchanged', desired);
  const ports = { spec: { ingress: [{ ports: [{ port: 81 }] }] } };
  await editAll(desired, [
    ['rule edited', ports, ['missing spec.ingress']],
    ['rule removed', { spec: { ingress: null } }, ['missing spec.ingress']],
    [
      'label added to the selector',
      { spec: { podSelector: { matchLabels: { b: 'c' } } } },
      ['missing spec.podSelector'],
    ],
  ]);
  await changeDesired(
    'selector emptied in the desired object',
    withEdits(desired, { 'spec/podSelector': {} }),
    ['different spec.podSelector'],
  );
  await changeDesired(
    'source removed from a desired rule',
    withEdits(desired, { 'spec/ingress/0/from': undefined }),
    ['different spec.podSelector', 'different spec.ingress'],
  );
}

async function recordPodDisruptionBudget() {
  const desired: UnstructuredObject = {
    ...header('policy/v1', 'PodDisruptionBudget'),
    metadata: { name: 'b', namespace },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'a' } } },
  };
  await converge('unchanged', desired);
  await editAll(desired, [
    ['maxUnavailable edited', { spec: { maxUnavailable: 2 } }, ['missing spec.maxUnavailable']],
    ['policy added', { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } }, []],
  ]);
  await changeDesired(
    'percentage in the desired object',
    withEdits(desired, { 'spec/maxUnavailable': '10%' }),
    ['different spec.maxUnavailable'],
  );
}

try {
  await recordAll();
  // Reverted states equal the first one; shortened values compare like long ones.
  const recorded = cases.filter(({ name }) => !name.includes(': reverted: '));
  const shorten = (_: string, value: unknown) =>
    typeof value === 'string' && value.includes('\n') ? `${value.slice(0, 60)}...` : value;
  const lines = recorded.map((state) => `${JSON.stringify(state, shorten)}\n`);
  await writeFile(new URL('../test/kube/apply/managed-fields.jsonl', import.meta.url), lines);
  console.log(`recorded ${recorded.length} of ${cases.length} states`);
} finally {
  await client.delete(namespaces, { name: namespace });
  await client.close();
}
