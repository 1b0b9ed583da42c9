import {
  containerEnv,
  expandVariables,
  type Lookup,
} from '../../../../playground/kubelet/references/environment.ts';
import type { DataObject } from '../../../../playground/kubelet/api/pod.ts';
import { buildContainer, buildPod } from '../pod-builder.ts';

const facts = { pod: buildPod(), podIP: '127.64.0.2', hostIP: '127.0.0.1' };
const objects: Record<string, DataObject> = {
  'Secret/login': {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login' },
    data: { user: Buffer.from('alice').toString('base64') },
  },
  'ConfigMap/net': {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'net' },
    data: { peers: '1 2' },
  },
};
const lookup: Lookup = (kind, name) => objects[`${kind}/${name}`];

function resolve(env: object[], envFrom: object[] = []): Record<string, string> {
  return containerEnv(buildContainer({ env, envFrom }), facts, lookup, { BASE: 'b' });
}

test('resolves values from literals, fields, Secrets and ConfigMaps', () => {
  const env = [
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'USER', valueFrom: { secretKeyRef: { name: 'login', key: 'user' } } },
    { name: 'PEERS', valueFrom: { configMapKeyRef: { name: 'net', key: 'peers' } } },
    { name: 'URL', value: 'http://$(USER)@$(IP)/$(BASE)' },
  ];
  expect(resolve(env)).toEqual({
    BASE: 'b',
    IP: '127.64.0.2',
    POD: 'alice-0',
    USER: 'alice',
    PEERS: '1 2',
    URL: 'http://alice@127.64.0.2/b',
  });
});

test('adds every key of envFrom with its prefix, and prefers env to envFrom', () => {
  const envFrom = [
    { prefix: 'S_', secretRef: { name: 'login' } },
    { configMapRef: { name: 'net' } },
  ];
  const env = [{ name: 'peers', value: 'none' }];
  expect(resolve(env, envFrom)).toEqual({ BASE: 'b', S_user: 'alice', peers: 'none' });
});

test.each([
  [{ secretKeyRef: { name: 'gone', key: 'user' } }, 'secret "gone" not found'],
  [{ secretKeyRef: { name: 'login', key: 'k' } }, "couldn't find key k in Secret default/login"],
  [{ configMapKeyRef: { name: 'gone', key: 'k' } }, 'configmap "gone" not found'],
  [{ configMapKeyRef: { name: 'net', key: 'k' } }, "couldn't find key k in ConfigMap default/net"],
])('reports a missing object or key like a kubelet: %j', (valueFrom, message) => {
  expect(() => resolve([{ name: 'X', valueFrom }])).toThrow(message);
});

test('omits variables whose optional source is missing', () => {
  const valueFrom = { secretKeyRef: { name: 'gone', key: 'k', optional: true } };
  expect(resolve([{ name: 'X', valueFrom }])).toEqual({ BASE: 'b' });
});

test.each([
  ['$(A) $(B)', '1 $(B)'],
  ['$$(A) $$', '$(A) $'],
  ['$A $(', '$A $('],
])('expands %s to %s', (text, expected) => {
  expect(expandVariables(text, { A: '1' })).toBe(expected);
});
