import { App, Chart } from 'cdk8s';
import { BitcoinNetwork, type BitcoinNetworkProps } from '../../../constructs/index.ts';

interface Manifest {
  kind: string;
  metadata: { name: string; ownerReferences?: unknown; labels: Record<string, string> };
  data: Record<string, string>;
  spec: {
    replicas: number;
    selector: Record<string, unknown>;
    updateStrategy: { rollingUpdate: { partition: number } };
    template: {
      metadata: { annotations: Record<string, string> };
      spec: { containers: unknown[] };
    };
  };
}

function render(name: string, props: BitcoinNetworkProps): Record<string, Manifest> {
  const chart = new Chart(new App(), 'test');
  new BitcoinNetwork(chart, name, props);
  return Object.fromEntries((chart.toJson() as Manifest[]).map((object) => [object.kind, object]));
}

const liveContext = {
  uid: 'uid-1',
  credentials: { user: 'controller-1', password: 'p', salt: 's' },
  updatePartition: 3,
};

test('a network is a ConfigMap, a Service and a StatefulSet, all named after it', () => {
  const objects = render('alice', { nodes: 3 });
  expect(Object.values(objects).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'ConfigMap alice-config',
    'Service alice-svc',
    'StatefulSet alice-sts',
  ]);
});

test('the manifests of a network', () => {
  expect(render('alice', { nodes: 2, secret: 'login', namespace: 'lab' })).toMatchSnapshot();
});

test('with and without a controller differ in owner, login and update partition alone', () => {
  const alone = render('alice', { nodes: 3 });
  const live = render('alice', { nodes: 3, live: liveContext });
  for (const [kind, object] of Object.entries(live)) {
    expect(object.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
        kind: 'BitcoinNetwork',
        name: 'alice',
        uid: 'uid-1',
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    delete object.metadata.ownerReferences;
    if (kind === 'ConfigMap') {
      const lines = object.data['bitcoin.conf']!.split('\n');
      const login = lines.filter((line) => /^rpc(auth|whitelist)=/.test(line));
      expect(login).toHaveLength(2);
      object.data['bitcoin.conf'] = lines.filter((line) => !login.includes(line)).join('\n');
    }
    if (kind === 'StatefulSet') {
      // The checksum is that of bitcoin.conf.
      const checksumOf = ({ spec }: Manifest) =>
        Object.values(spec.template.metadata.annotations)[0];
      expect(checksumOf(object)).not.toBe(checksumOf(alone[kind]!));
      expect(object.spec.updateStrategy.rollingUpdate).toEqual({ partition: 3 });
      expect(alone[kind]!.spec.updateStrategy.rollingUpdate).toEqual({ partition: 0 });
      object.spec.updateStrategy = alone[kind]!.spec.updateStrategy;
      object.spec.template.metadata.annotations = alone[kind]!.spec.template.metadata.annotations;
    }
    expect(object).toEqual(alone[kind]);
  }
});

test('a change of nodes changes the peers and no pod', () => {
  const [three, four] = [3, 4].map((nodes) => render('alice', { nodes, live: liveContext }));
  expect(four!.StatefulSet!.spec.template).toEqual(three!.StatefulSet!.spec.template);
  expect(three!.ConfigMap!.data.peers).toBe('0: 1 2\n1: 2 0\n2: 0 1\n');
  expect(four!.ConfigMap!.data.peers).toBe('0: 1 2 3\n1: 2 3 0\n2: 3 0 1\n3: 0 1 2\n');
});

test.each([
  ['config', { nodes: 3, config: { txindex: 1 } }],
  ['image', { nodes: 3, image: 'docker.io/bitcoin/bitcoin:30.0' }],
  ['secret', { nodes: 3, secret: 'other' }],
])('a change of %s changes the pods', (_, props) => {
  expect(render('alice', props).StatefulSet!.spec.template).not.toEqual(
    render('alice', { nodes: 3 }).StatefulSet!.spec.template,
  );
});

test('names and labels follow the network, and a long one leaves room for the pods', () => {
  const name = 'a'.repeat(48);
  const { StatefulSet } = render(name, { nodes: 1 });
  expect(StatefulSet!.metadata.name).toHaveLength(52);
  expect(StatefulSet!.spec.selector).toEqual({
    matchLabels: {
      app: name,
      'bitcoincontroller.christianb93.github.com/network': name,
      'bitcoincontroller.christianb93.github.com/group': 'default',
    },
  });
});

test('what the API server would refuse is refused with the construct and the field', () => {
  expect(() => render('alice', { nodes: 65 })).toThrow(/^test\/alice: spec\.nodes: /);
  expect(() => render('Alice', { nodes: 1 })).toThrow(/^test\/Alice: metadata\.name/);
});
