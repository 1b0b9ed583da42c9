import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { validateBitcoinNetwork } from '../../crds/validation/index.ts';
import type { KubeObject } from '../../kube/index.ts';
import { checkout } from '../framework/checkout.ts';
import { networkOf, recipe } from '../framework/recipe.ts';

/** The fields of a resource that writes a Secret. */
interface SecretSource extends KubeObject {
  readonly spec: {
    /** Of an ExternalSecret. */
    readonly target?: { readonly name: string; readonly template?: { readonly data: object } };
    readonly data?: readonly { readonly secretKey: string }[];
    /** Of a VaultStaticSecret. */
    readonly destination?: { readonly name: string };
    readonly rolloutRestartTargets?: readonly object[];
  };
}

const files = readdirSync(join(checkout, 'recipes/secrets'));

/** Returns the resource of a recipe that writes the Secret. */
function sourceOf(file: string): SecretSource {
  const sources = recipe(`secrets/${file}`).filter(({ kind }) =>
    ['ExternalSecret', 'VaultStaticSecret'].includes(kind),
  );
  expect(sources).toHaveLength(1);
  return sources[0] as SecretSource;
}

test.each(files)('recipes/secrets/%s writes the Secret that its valid network names', (file) => {
  const network = networkOf(recipe(`secrets/${file}`));
  expect(validateBitcoinNetwork(network)).toEqual([]);
  const { target, destination } = sourceOf(file).spec;
  expect((target ?? destination)?.name).toBe(network.spec.secret);
});

test.each(['external-secrets.yaml', 'generated.yaml'])(
  'recipes/secrets/%s writes the keys that nodes read',
  (file) => {
    const { data = [], target } = sourceOf(file).spec;
    const keys = [
      ...data.map(({ secretKey }) => secretKey),
      ...Object.keys(target?.template?.data ?? {}),
    ];
    expect(keys).toEqual(['BC_RPC_USER', 'BC_RPC_PASSWORD']);
  },
);

test('recipes/secrets/vault.yaml restarts the StatefulSet of its network', () => {
  const { name } = networkOf(recipe('secrets/vault.yaml')).metadata;
  expect(sourceOf('vault.yaml').spec.rolloutRestartTargets).toEqual([
    { kind: 'StatefulSet', name: `${name}-sts` },
  ]);
});
