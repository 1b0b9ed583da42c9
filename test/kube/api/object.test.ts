import fc from 'fast-check';
import { formatKey, parseKey, resourcePath } from '../../../kube/api/object.ts';
import { configMaps } from '../resources.ts';

const widgets = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};
const nodes = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

describe('resourcePath', () => {
  test.each([
    ['/api/v1/configmaps', configMaps, {}],
    ['/api/v1/namespaces/n/configmaps', configMaps, { namespace: 'n' }],
    ['/api/v1/namespaces/n/configmaps/x', configMaps, { namespace: 'n', name: 'x' }],
    [
      '/apis/example.com/v1/namespaces/n/widgets/x/status',
      widgets,
      { namespace: 'n', name: 'x', subresource: 'status' },
    ],
    ['/api/v1/nodes/x', nodes, { name: 'x' }],
    ['/api/v1/nodes/x', nodes, { namespace: 'ignored', name: 'x' }],
    ['/api/v1/nodes/a%2F..%2Fb%3Fc', nodes, { name: 'a/../b?c' }],
  ])('returns %s', (path, resource, options) => {
    expect(resourcePath(resource, options)).toBe(path);
  });

  test('throws for the name of a namespaced object without its namespace', () => {
    expect(() => resourcePath(widgets, { name: 'x' })).toThrow('Widget x');
  });
});

test('parseKey reverses formatKey', () => {
  const part = fc.stringMatching(/^[a-z0-9.-]+$/);
  fc.assert(
    fc.property(part, fc.option(part, { nil: undefined }), (name, namespace) => {
      expect(parseKey(formatKey({ name, namespace }))).toEqual(
        namespace === undefined ? { name } : { name, namespace },
      );
    }),
  );
  expect(formatKey({ namespace: 'n', name: 'x' })).toBe('n/x');
});
