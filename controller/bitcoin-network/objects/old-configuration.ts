import { checksumAnnotation, controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import {
  checksumOf,
  isRevisioned,
  revisionedPart,
  revisionKey,
  revisionsFile,
  revisionsKey,
} from '../../../constructs/bitcoin-network/revisions.ts';
import { formatKey, type UnstructuredObject } from '../../../kube/api/object.ts';
import { digest } from '../../../kube/apply/owned-fields.ts';
import type { NodeState } from '../nodes/observe.ts';
import { readObject } from './apply.ts';
import { isOwned } from './ownership.ts';
import { statefulSetOf, type Scope } from '../scope.ts';

/**
 * Field manager of the older configuration in the ConfigMap. It is not that of the other fields, so
 * that an apply of the objects does not remove it. A merge patch removes it whatever managedFields
 * say, which any client may write.
 */
const fieldManager = `${controllerName}-revisions`;

/**
 * Keeps the configuration of the old revision in the ConfigMap during a rollout, for pods below the
 * update partition: the StatefulSet recreates them with the old revision, and a pod that an older
 * start script started reads its configuration at each start. It must run before the ConfigMap is
 * applied, which replaces bitcoin.conf. So every mount that has the new bitcoin.conf also has the
 * old configuration.
 *
 * @param objects the objects to apply
 * @param updatePartition the update partition to apply them with
 * @throws ApiError and ConnectionError
 */
export async function keepOldConfiguration(
  scope: Scope,
  nodes: readonly NodeState[],
  objects: readonly UnstructuredObject[],
  updatePartition: number,
): Promise<void> {
  const { network, client, cache, names, signal } = scope;
  const configMaps = cache.managed.get('ConfigMap')!;
  const { namespace } = network.metadata;
  const key = { namespace: namespace!, name: names.configMap };
  const cached = configMaps.get(formatKey(key));
  if (!cached) return;
  const checksum = oldChecksum(scope, nodes, objects);
  if (checksum === undefined) return;
  const file = fileFor(scope, checksum, updatePartition);
  if (cached.revisions === (file && digest(file))) return;
  const live = await readObject(scope, configMaps, { metadata: key });
  if (!live || !isOwned(network, live)) return;
  const configuration = configurationOf(live, checksum);
  if (file !== undefined && configuration === undefined) return;
  const { uid, resourceVersion } = live.metadata;
  const old = file !== undefined && {
    [revisionsKey]: file,
    [revisionKey(checksum)]: configuration,
  };
  const data = { ...removalOf(live), ...old };
  const patch = { metadata: { uid, resourceVersion }, data };
  const options = { type: 'merge', fieldManager, signal } as const;
  configMaps.record(await client.patch(configMaps.resource, key, patch, options));
}

/** Returns the part of a merge patch that removes the older configurations. */
function removalOf(live: UnstructuredObject): Readonly<Record<string, null>> {
  const keys = Object.keys((live.data as object | undefined) ?? {});
  return Object.fromEntries(keys.filter(isRevisioned).map((key) => [key, null]));
}

/**
 * Returns the checksum of the revision from which the StatefulSet creates pods below the update
 * partition; empty if that is the configuration to apply, and undefined if it is unknown.
 */
function oldChecksum(
  scope: Scope,
  nodes: readonly NodeState[],
  objects: readonly UnstructuredObject[],
): string | undefined {
  const { currentRevision, updateRevision } = statefulSetOf(scope)?.status ?? {};
  const old = nodes.find(({ revision }) => revision !== undefined && revision === currentRevision);
  if (!old) return currentRevision === updateRevision ? '' : undefined;
  return old.checksum === desiredChecksum(objects) ? '' : old.checksum;
}

function desiredChecksum(objects: readonly UnstructuredObject[]): string | undefined {
  const set = objects.find(({ kind }) => kind === 'StatefulSet') as
    { readonly spec: { readonly template: Pick<UnstructuredObject, 'metadata'> } } | undefined;
  return set?.spec.template.metadata.annotations?.[checksumAnnotation];
}

/** Returns the lines of the nodes below the update partition; undefined if no node has one. */
function fileFor({ plan }: Scope, checksum: string, updatePartition: number): string | undefined {
  const held = [...plan.nodes.values()].filter(({ ordinal }) => ordinal < updatePartition);
  if (checksum === '' || held.length === 0) return undefined;
  const names = held.map(({ name }) => name);
  return revisionsFile(names, checksum);
}

/** Returns the configuration with a checksum, if the ConfigMap has it. */
function configurationOf(live: UnstructuredObject, checksum: string): string | undefined {
  const data = live.data as Readonly<Record<string, string>> | undefined;
  const current = data?.['bitcoin.conf'];
  if (current !== undefined && checksumOf(current) === checksum) return revisionedPart(current);
  return data?.[revisionKey(checksum)];
}
