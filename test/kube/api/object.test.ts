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
    [configMaps, {}, '/api/v1/configmaps'],
    [configMaps, { namespace: 'n' }, '/api/v1/namespaces/n/configmaps'],
    [configMaps, { namespace: 'n', name: 'x' }, '/api/v1/namespaces/n/configmaps/x'],
    [
      widgets,
      { namespace: 'n', name: 'x', subresource: 'status' },
      '/apis/example.com/v1/namespaces/n/widgets/x/status',
    ],
    [nodes, { name: 'x' }, '/api/v1/nodes/x'],
    [nodes, { namespace: 'ignored', name: 'x' }, '/api/v1/nodes/x'],
    [nodes, { name: 'a/../b?c' }, '/api/v1/nodes/a%2F..%2Fb%3Fc'],
  ])('%o %o', (resource, options, path) => {
    expect(resourcePath(resource, options)).toBe(path);
  });

  test('refuses a namespaced object without its namespace', () => {
    expect(() => resourcePath(widgets, { name: 'x' })).toThrow('Widget x');
  });
});

test('a key is parsed to what it was formatted from', () => {
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
