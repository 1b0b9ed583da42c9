import { apply, applyIfAbsent } from '../../../kube/apply/apply.ts';
import { ApiError } from '../../../kube/api/errors.ts';
import type { KubeClient } from '../../../kube/client/client.ts';
import { configMaps } from '../resources.ts';

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'n', name: 'a' } };
const options = { fieldManager: 'test' };

/** A client whose patches return the object or fail with a status code. */
function client(code = 200) {
  const patches: unknown[][] = [];
  const patch: KubeClient['patch'] = (...args) => {
    patches.push(args);
    if (code !== 200) return Promise.reject(new ApiError('PATCH /a', code, { reason: 'Conflict' }));
    return Promise.resolve(args[2] as never);
  };
  return { patch, patches };
}

test('apply sends the object verbatim and forces conflicts', async () => {
  const { patch, patches } = client();
  expect(await apply({ patch }, configMaps, object, options)).toBe(object);
  expect(patches).toEqual([
    [
      configMaps,
      object.metadata,
      object,
      { type: 'apply', force: true, fieldValidation: 'Strict', fieldManager: 'test' },
    ],
  ]);
});

describe('applyIfAbsent', () => {
  test('sends a resourceVersion that no object has', async () => {
    const { patch, patches } = client();
    await applyIfAbsent({ patch }, configMaps, object, options);
    expect(patches[0]![2]).toEqual({
      ...object,
      metadata: { ...object.metadata, resourceVersion: '1' },
    });
  });

  test('returns undefined if the object exists', async () => {
    expect(await applyIfAbsent(client(409), configMaps, object, options)).toBeUndefined();
  });

  test('throws other errors', async () => {
    const failure = applyIfAbsent(client(403), configMaps, object, options);
    await expect(failure).rejects.toMatchObject({ code: 403 });
  });
});
