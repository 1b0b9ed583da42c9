import { join } from 'node:path';
import type { ManagedKind } from '../../constructs/bitcoin-network/managed-kinds.ts';
import { checkout } from './checkout.ts';

/*
 * A module that node loads before the controller's program. It declares one more managed kind: the
 * PodDisruptionBudget NAME-pdb, which a network has while its spec.config.maxconnections is even.
 */
const build = join(checkout, 'build');
const { managedKinds } = (await import(
  join(build, 'constructs/bitcoin-network/managed-kinds.js')
)) as { managedKinds: ManagedKind[] };
const { ApiObject } = (await import(
  join(checkout, 'node_modules/cdk8s/lib/index.js')
)) as typeof import('cdk8s');

managedKinds.push({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  namespaced: true,
  suffix: { optional: /^-pdb$/ },
  synthesize: (scope, { name, spec, metadata }) =>
    Number(spec.config?.maxconnections ?? 1) % 2 === 0
      ? [
          new ApiObject(scope, 'pdb', {
            apiVersion: 'policy/v1',
            kind: 'PodDisruptionBudget',
            metadata: metadata(`${name}-pdb`),
            spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
          }),
        ]
      : [],
});
