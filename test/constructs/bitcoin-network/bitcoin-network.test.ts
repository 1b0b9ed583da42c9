import { App, Chart } from 'cdk8s';
import { BitcoinNetwork } from '../../../constructs/index.ts';
import { live, render, type Manifest } from './builders.ts';

describe('BitcoinNetwork', () => {
  test('consists of a ConfigMap, a Service and a StatefulSet, all named after the network', () => {
    const objects = Object.values(render('alice', { nodes: 3 }));
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap alice-config',
      'Service alice-svc',
      'StatefulSet alice-sts',
    ]);
  });

  test('renders the manifests of the snapshot', () => {
    expect(render('alice', { nodes: 2, secret: 'login', namespace: 'lab' })).toMatchSnapshot();
  });

  test('offers its objects to further code', () => {
    const network = new BitcoinNetwork(new Chart(new App(), 'test'), 'alice', { nodes: 1 });
    const { configMap, service, statefulSet, objects } = network;
    expect(objects).toEqual([configMap, service, statefulSet]);
    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Service', 'StatefulSet']);
  });

  test('accepts a stored network that a later rule would refuse as new', () => {
    const spec = { nodes: 3, config: { maxconnections: 8, debug: 'net,rpc' } };
    expect(render('alice', { ...spec, live }).StatefulSet).toBeDefined();
    expect(() => render('alice', spec)).toThrow('spec.config: config.maxconnections is too low');
  });

  test('takes its name from the props rather than from the id of the construct', () => {
    const { ConfigMap } = render('construct', { name: 'alice', nodes: 1 });
    expect(ConfigMap!.metadata.name).toBe('alice-config');
  });

  test('sets a namespace only if the props have one', () => {
    for (const { metadata } of Object.values(render('alice', { nodes: 1, namespace: 'lab' }))) {
      expect(metadata.namespace).toBe('lab');
    }
    for (const { metadata } of Object.values(render('alice', { nodes: 1 }))) {
      expect(metadata).not.toHaveProperty('namespace');
    }
  });

  test.each([
    ['Alice', { nodes: 1 }, /^test\/Alice: metadata\.name/],
    ['alice', { nodes: 65 }, /^test\/alice: spec\.nodes: /],
    ['alice', { nodes: 1, config: { rpcport: 1 } }, /^test\/alice: spec\.config: /],
  ])('rejects %s with %j, and names the construct and the field', (name, props, message) => {
    expect(() => render(name, props)).toThrow(message);
  });

  test('leaves room for the names of pods in the longest name', () => {
    const { StatefulSet } = render('a'.repeat(48), { nodes: 1 });
    // A pod's label controller-revision-hash has the name of the StatefulSet and 11 characters.
    expect(StatefulSet!.metadata.name).toHaveLength(52);
  });
});

describe('a controller changes', () => {
  const alone = render('alice', { nodes: 3 });
  const controlled = render('alice', { nodes: 3, live });

  test('the owner of every object', () => {
    for (const [kind, { metadata }] of Object.entries(controlled)) {
      expect(metadata.ownerReferences).toEqual([
        {
          apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
          kind: 'BitcoinNetwork',
          name: 'alice',
          uid: 'uid-1',
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
      expect(alone[kind]!.metadata).not.toHaveProperty('ownerReferences');
    }
  });

  test('the credentials in bitcoin.conf', () => {
    const linesOf = (objects: Record<string, Manifest>) =>
      objects.ConfigMap!.data['bitcoin.conf']!.split('\n');
    const added = linesOf(controlled).filter((line) => !linesOf(alone).includes(line));
    expect(added).toEqual([
      expect.stringMatching(/^rpcauth=controller-1:s\$/),
      expect.stringMatching(/^rpcwhitelist=controller-1:/),
    ]);
  });

  test('the update partition and the checksum of the StatefulSet', () => {
    const spec = (objects: Record<string, Manifest>) => objects.StatefulSet!.spec;
    expect(spec(controlled).updateStrategy.rollingUpdate).toEqual({ partition: 3 });
    expect(spec(alone).updateStrategy.rollingUpdate).toEqual({ partition: 0 });
    expect(spec(controlled).template.metadata.annotations).not.toEqual(
      spec(alone).template.metadata.annotations,
    );
  });

  test('nothing else', () => {
    for (const [kind, object] of Object.entries(structuredClone(controlled))) {
      const other = alone[kind]!;
      delete object.metadata.ownerReferences;
      if (kind === 'ConfigMap') object.data['bitcoin.conf'] = other.data['bitcoin.conf']!;
      if (kind === 'StatefulSet') {
        object.spec.updateStrategy = other.spec.updateStrategy;
        object.spec.template.metadata.annotations = other.spec.template.metadata.annotations;
      }
      expect(object).toEqual(other);
    }
  });
});

describe('a change of the spec', () => {
  const templateOf = (props: Parameters<typeof render>[1]) =>
    render('alice', props).StatefulSet!.spec.template;

  test('of nodes changes the peers and no pod', () => {
    expect(templateOf({ nodes: 4, live })).toEqual(templateOf({ nodes: 3, live }));
    expect(render('alice', { nodes: 4 }).ConfigMap!.data.peers).not.toBe(
      render('alice', { nodes: 3 }).ConfigMap!.data.peers,
    );
  });

  test.each([
    ['config', { nodes: 3, config: { txindex: 1 } }],
    ['image', { nodes: 3, image: 'docker.io/bitcoin/bitcoin:30.0' }],
    ['imagePullPolicy', { nodes: 3, imagePullPolicy: 'Always' as const }],
    ['imagePullSecrets', { nodes: 3, imagePullSecrets: [{ name: 'registry' }] }],
    ['resources', { nodes: 3, resources: { requests: { cpu: '1' } } }],
    ['secret', { nodes: 3, secret: 'other' }],
  ])('of %s changes the pods', (_, props) => {
    expect(templateOf(props)).not.toEqual(templateOf({ nodes: 3 }));
  });
});
