import { ValidationError, type ControllerInstallProps } from '../../../constructs/index.ts';
import { manifestOf, render } from './builders.ts';

const namesOf = (props?: ControllerInstallProps) =>
  render(props).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

/** The objects that metrics add to an install. */
const added = (props: ControllerInstallProps) => {
  const plain = new Set(namesOf());
  return namesOf(props).filter((name) => !plain.has(name));
};

describe('the metrics of ControllerInstall', () => {
  test('are off by default', () => {
    const text = JSON.stringify(render());
    expect(text).not.toContain('metrics');
    expect(text).not.toContain('tokenreviews');
  });

  test('add a Service by default, before the Deployment', () => {
    expect(added({ metrics: {} })).toEqual(['Service bitcoin-controller-metrics']);
    expect(namesOf({ metrics: {} }).at(-1)).toBe('Deployment bitcoin-controller');
    expect(manifestOf('Service', { metrics: {} })).toMatchObject({
      metadata: {
        namespace: 'bitcoin-controller',
        labels: { 'app.kubernetes.io/name': 'bitcoin-controller' },
      },
      spec: {
        selector: { 'app.kubernetes.io/name': 'bitcoin-controller' },
        ports: [{ name: 'metrics', port: 8090, protocol: 'TCP', targetPort: 'metrics' }],
      },
    });
  });

  test('add no Service if it is switched off', () => {
    expect(added({ metrics: { service: false, podMonitor: {} } })).toEqual([
      'PodMonitor bitcoin-controller',
    ]);
  });

  test('need no permission without TokenReview, and work in one namespace', () => {
    const props = { namespace: 'team-a', metrics: { serviceMonitor: {}, podMonitor: {} } };
    for (const { metadata } of render(props)) expect(metadata.namespace).toBe('team-a');
    const rules = ({ rules = [] }: { rules?: readonly object[] }) => rules;
    expect(render(props).flatMap(rules)).toEqual(render({ namespace: 'team-a' }).flatMap(rules));
  });

  test('add the permissions to review tokens, and a ClusterRole of readers, with TokenReview', () => {
    const props = { metrics: { authentication: 'TokenReview' } } as const;
    expect(added(props).sort()).toEqual([
      'ClusterRole bitcoin-controller-metrics-reader',
      'ClusterRole bitcoin-controller-metrics-review',
      'ClusterRoleBinding bitcoin-controller-metrics-review',
      'Service bitcoin-controller-metrics',
    ]);
    const named = (name: string) =>
      render(props).find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === name)!;
    const create = { verbs: ['create'] };
    expect(named('bitcoin-controller-metrics-review').rules).toMatchObject([
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], ...create },
      { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], ...create },
    ]);
    expect(named('bitcoin-controller-metrics-reader').rules).toMatchObject([
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ]);
    const binding = render(props).find(
      ({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name.includes('metrics'),
    )!;
    expect(binding.roleRef).toMatchObject({ name: 'bitcoin-controller-metrics-review' });
    expect(binding.subjects).toMatchObject([{ name: 'bitcoin-controller-sva' }]);
  });

  test.each(['ServiceMonitor', 'PodMonitor'])(
    'add a %s that selects the controller and keeps the labels of networks',
    (kind) => {
      const monitor = { interval: '15s', labels: { release: 'prometheus' } };
      const props = { metrics: { serviceMonitor: monitor, podMonitor: monitor } };
      const manifest = manifestOf(kind, props);
      expect(manifest).toMatchObject({ apiVersion: 'monitoring.coreos.com/v1' });
      expect(manifest.metadata.labels).toMatchObject({
        release: 'prometheus',
        'app.kubernetes.io/managed-by': 'bitcoin-controller',
      });
      const field = kind === 'PodMonitor' ? 'podMetricsEndpoints' : 'endpoints';
      const endpoint = { port: 'metrics', path: '/metrics', honorLabels: true, interval: '15s' };
      const selector = { matchLabels: { 'app.kubernetes.io/name': 'bitcoin-controller' } };
      expect(manifest.spec).toEqual({ selector, [field]: [endpoint] });
    },
  );

  test('let Prometheus send its own token, or that of a Secret', () => {
    const authentication = 'TokenReview' as const;
    const spec = (serviceMonitor: { tokenSecret?: { name: string; key: string } }) =>
      JSON.stringify(
        manifestOf('ServiceMonitor', { metrics: { authentication, serviceMonitor } }).spec,
      );
    expect(spec({})).toContain('"bearerTokenFile":"/var/run/secrets/');
    const tokenSecret = { name: 'reader', key: 'token' };
    expect(spec({ tokenSecret })).toContain(
      '"authorization":{"credentials":{"key":"token","name":"reader"}}',
    );
    expect(spec({ tokenSecret })).not.toContain('bearerTokenFile');
  });

  test('scrape over HTTPS with the authority of the certificate', () => {
    const metrics = { certificateSecret: 'tls', serviceMonitor: {}, podMonitor: {} };
    const props = { namespace: 'operators', scope: 'Cluster', metrics } as const;
    for (const kind of ['ServiceMonitor', 'PodMonitor']) {
      const spec = JSON.stringify(manifestOf(kind, props).spec);
      expect(spec).toContain('"scheme":"https"');
      expect(spec).toContain('"ca":{"secret":{"key":"ca.crt","name":"tls"}}');
      expect(spec).toContain('"serverName":"bitcoin-controller-metrics.operators.svc"');
    }
  });

  test.each<[string, ControllerInstallProps]>([
    [
      'metrics.authentication: TokenReview needs permissions in the whole cluster',
      { namespace: 'team-a', metrics: { authentication: 'TokenReview' } },
    ],
    [
      'metrics.podMonitor.tokenSecret: is required with TokenReview',
      { metrics: { authentication: 'TokenReview', podMonitor: {} } },
    ],
    [
      'metrics.serviceMonitor: needs the Service',
      { metrics: { service: false, serviceMonitor: {} } },
    ],
    ['metrics.port: 0 is not a port', { metrics: { port: 0 } }],
    ['metrics.port: 8080 is the port of /healthz', { metrics: { port: 8080 } }],
  ])('are rejected with the error %s', (message, props) => {
    expect(() => render(props)).toThrow(ValidationError);
    expect(() => render(props)).toThrow(`test/controller: ${message}`);
  });

  test('with TokenReview are accepted in a namespace from which the controller watches all', () => {
    const metrics = { authentication: 'TokenReview' } as const;
    expect(() => render({ namespace: 'operators', scope: 'Cluster', metrics })).not.toThrow();
  });
});

describe('the Deployment with metrics', () => {
  interface Spec {
    readonly template: {
      readonly spec: {
        readonly volumes?: readonly object[];
        readonly containers: readonly [
          {
            readonly args: readonly string[];
            readonly ports: readonly object[];
            readonly volumeMounts?: readonly object[];
          },
        ];
      };
    };
  }
  const podOf = (metrics: ControllerInstallProps['metrics']) =>
    (manifestOf('Deployment', metrics && { metrics }).spec as Spec).template.spec;
  const flags = (metrics: ControllerInstallProps['metrics']) =>
    podOf(metrics).containers[0].args.filter((arg) => arg.startsWith('--metrics'));

  test('starts the controller with the port and the authentication', () => {
    expect(flags(undefined)).toEqual([]);
    expect(flags({})).toEqual(['--metrics-port=8090']);
    expect(flags({ port: 9000, authentication: 'TokenReview' })).toEqual([
      '--metrics-port=9000',
      '--metrics-auth=tokenreview',
    ]);
    expect(podOf({ port: 9000 }).containers[0].ports).toEqual([
      expect.objectContaining({ name: 'health', containerPort: 8080 }),
      expect.objectContaining({ name: 'metrics', containerPort: 9000 }),
    ]);
  });

  test('mounts the Secret with the certificate', () => {
    const { volumes, containers } = podOf({ certificateSecret: 'tls' });
    const mountPath = '/etc/bitcoin-controller/metrics';
    expect(flags({ certificateSecret: 'tls' })).toContain(`--metrics-cert-dir=${mountPath}`);
    expect(volumes).toEqual([{ name: 'metrics-certificate', secret: { secretName: 'tls' } }]);
    expect(containers[0].volumeMounts).toEqual([
      { name: 'metrics-certificate', mountPath, readOnly: true },
    ]);
    expect(podOf({}).volumes).toBeUndefined();
  });
});
