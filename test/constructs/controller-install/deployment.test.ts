import type { ControllerInstallProps } from '../../../constructs/index.ts';
import { manifestOf } from './builders.ts';

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly object[];
  readonly securityContext: object;
  readonly livenessProbe: object;
  readonly readinessProbe: object;
  readonly resources: object;
}

interface DeploymentSpec {
  readonly replicas: number;
  readonly strategy: object;
  readonly selector: { readonly matchLabels: object };
  readonly template: {
    readonly metadata: {
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec: Readonly<Record<string, unknown>> & { readonly containers: [Container] };
  };
}

const specOf = (props?: ControllerInstallProps) =>
  manifestOf('Deployment', props).spec as DeploymentSpec;

describe('deployment', () => {
  const { replicas, strategy, selector, template } = specOf();
  const [container] = template.spec.containers;

  test('runs one replica, and stops it before it starts the next', () => {
    expect(replicas).toBe(1);
    expect(strategy).toEqual({ type: 'Recreate' });
  });

  test('selects its pods by a label that they have', () => {
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(Object.keys(selector.matchLabels)).toEqual(['app.kubernetes.io/name']);
  });

  test('has no label that depends on the path of the construct', () => {
    expect(Object.keys(template.metadata.labels)).not.toContain('cdk8s.io/metadata.addr');
  });

  test('runs the image of the props', () => {
    expect(container.image).toBe('localhost/bitcoin-controller:0.1.0');
    const image = 'registry.example/bitcoin-controller:1';
    expect(specOf({ image }).template.spec.containers[0].image).toBe(image);
  });

  test('starts the controller with the settings that save memory', () => {
    expect(container.args).toEqual(['--optimize-for-size', 'controller/main.js']);
    expect(container.env).toContainEqual({ name: 'MALLOC_ARENA_MAX', value: '1' });
  });

  test('passes the name and the namespace of the pod', () => {
    expect(container.env).toMatchObject([
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'MALLOC_ARENA_MAX' },
    ]);
  });

  test('satisfies the Pod Security Standard "restricted"', () => {
    expect(template.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    });
  });

  test('is probed at the health port', () => {
    expect(container.livenessProbe).toMatchObject({ httpGet: { path: '/healthz', port: 8080 } });
    expect(container.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port: 8080 } });
  });

  test('limits its memory', () => {
    expect(container.resources).toEqual({
      requests: { cpu: '50m', memory: '128Mi' },
      limits: { memory: '512Mi' },
    });
  });
});

describe('the settings of the pods', () => {
  const podOf = (props: ControllerInstallProps) => specOf(props).template.spec;
  const requirement = { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] };
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [requirement] }],
      },
    },
  };

  test.each<[string, ControllerInstallProps, object]>([
    ['nodeSelector', { nodeSelector: { pool: 'tools' } }, { nodeSelector: { pool: 'tools' } }],
    [
      'tolerations',
      { tolerations: [{ key: 'tools', operator: 'Exists' }] },
      { tolerations: [{ key: 'tools', operator: 'Exists' }] },
    ],
    ['affinity', { affinity }, { affinity }],
    ['priorityClassName', { priorityClassName: 'high' }, { priorityClassName: 'high' }],
    [
      'imagePullSecrets',
      { imagePullSecrets: ['registry'] },
      { imagePullSecrets: [{ name: 'registry' }] },
    ],
  ])('have %s', (name, props, fields) => {
    expect(podOf(props)).toMatchObject(fields);
    expect(podOf({})).not.toHaveProperty(name);
  });

  test('have the resources of the props in place of the defaults', () => {
    const resources = { limits: { cpu: '1', memory: '1Gi' } };
    expect(podOf({ resources }).containers[0].resources).toEqual(resources);
  });

  test('have the log level in the environment', () => {
    expect(podOf({ logLevel: 'debug' }).containers[0].env).toContainEqual({
      name: 'LOG_LEVEL',
      value: 'debug',
    });
  });

  test('have the number of replicas', () => {
    expect(specOf({ replicas: 2 }).replicas).toBe(2);
  });

  test('have the labels and annotations of the props, but not in the selector', () => {
    const labels = { team: 'chain', 'app.kubernetes.io/name': 'ignored' };
    const { template, selector } = specOf({ labels, annotations: { owner: 'chain' } });
    expect(template.metadata.labels).toMatchObject({
      team: 'chain',
      'app.kubernetes.io/name': 'bitcoin-controller',
    });
    expect(template.metadata.annotations).toEqual({ owner: 'chain' });
    expect(selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'bitcoin-controller' });
  });
});
