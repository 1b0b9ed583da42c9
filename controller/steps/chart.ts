import type { SaltedLogin } from '../../bitcoin/rpc-login.ts';
import { adoptAnnotation, manager, networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import { networkNames } from '../../constructs/bitcoin-network/names.ts';
import { ValidationError } from '../../constructs/validation/index.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { apply } from '../../kube/apply.ts';
import type { KubeClient } from '../../kube/client.ts';
import { ApiError, isForbidden, isInvalid, isNotFound } from '../../kube/errors.ts';
import { findDrift } from '../../kube/managed-fields.ts';
import {
  formatKey,
  type KubeObject,
  type Resource,
  type UnstructuredObject,
} from '../../kube/object.ts';
import { synthesize } from '../synthesize.ts';
import type { ConditionReason } from '../conditions.ts';
import { eventReasons, type EventReason } from '../events.ts';
import { list } from '../wording.ts';
import type { StatefulSet } from '../workloads.ts';

/** Why a network's objects are not as they should be. */
export interface ChartFailure {
  readonly reason: ConditionReason;
  readonly message: string;
  /** Whether only a person can remove the cause. */
  readonly terminal: boolean;
}

/** Where the step finds live objects of one kind, its own writes included. */
export interface LiveObjects {
  readonly resource: Resource;
  get(key: string): UnstructuredObject | undefined;
  /** Remembers a write's answer until the watch has caught up with it. */
  record(object: UnstructuredObject): void;
}

/**
 * By network key, which versions of a network and its objects were found to be
 * as synthesized: they need no other look, which is most of what a resync costs.
 */
export type VerifiedCharts = Map<string, string>;

/** What {@link applyChart} works with. */
export interface ChartProps {
  readonly network: BitcoinNetwork;
  readonly login: SaltedLogin;
  /** See `heldPartition` and `nextPartition`. */
  readonly partition: number;
  readonly client: KubeClient;
  /** By kind. */
  readonly live: ReadonlyMap<string, LiveObjects>;
  /** Kept by the step. */
  readonly verified: VerifiedCharts;
  readonly record: (type: 'Normal' | 'Warning', reason: EventReason, note: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Applies those of the network's objects that are not as synthesized. An object
 * that another owner made is left alone, unless the network says to adopt it.
 *
 * @returns why it stopped, if it did
 * @throws what is worth a retry: conflicts, an API server that does not answer
 */
export async function applyChart(props: ChartProps): Promise<ChartFailure | undefined> {
  const { network, verified } = props;
  const key = formatKey(network.metadata);
  const seen = versions(props);
  if (seen !== undefined && seen === verified.get(key)) return undefined;
  verified.delete(key);
  let objects: UnstructuredObject[];
  try {
    objects = synthesize(network, { login: props.login, partition: props.partition });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return { reason: 'InvalidSpec', message: error.message, terminal: true };
  }
  for (const object of objects) {
    const failure = await applyObject(props, object);
    if (failure) return failure;
  }
  // What was written is looked at once more: it need not be what is wanted next.
  if (seen !== undefined && seen === versions(props)) verified.set(key, seen);
  return undefined;
}

/** All that {@link applyChart} goes by, as versions; undefined if an object is not there. */
function versions({ network, partition, live }: ChartProps): string | undefined {
  const { name, namespace, uid, generation } = network.metadata;
  const { configMap, service, statefulSet } = networkNames(name);
  const names = { ConfigMap: configMap, Service: service, StatefulSet: statefulSet };
  const objects = Object.entries(names).map(
    ([kind, object]) =>
      live.get(kind)!.get(formatKey({ namespace, name: object }))?.metadata.resourceVersion,
  );
  if (objects.includes(undefined)) return undefined;
  return [uid, generation, partition, ...objects].join(' ');
}

async function applyObject(
  props: ChartProps,
  object: UnstructuredObject,
): Promise<ChartFailure | undefined> {
  const { network, client, record, signal } = props;
  const objects = props.live.get(object.kind)!;
  const { resource } = objects;
  const live = objects.get(formatKey(object.metadata)) ?? (await find(props, resource, object));
  const failure = live && ownershipFailure(network, live);
  if (failure) return failure;
  const drift = live ? [...findDrift(object, live, manager)].map(({ path }) => path) : [];
  if (live && drift.length === 0) return undefined;
  const isTemplateNew = drift.some((path) => path.startsWith('spec.template'));
  const wanted = isTemplateNew ? holding(network, object, live) : object;
  const result = await apply(client, resource, wanted, { fieldManager: manager, signal });
  objects.record(result);
  const title = `${object.kind} ${object.metadata.name}`;
  const news = drift.filter((path) => path !== partitionPath);
  const isSpecNew = network.metadata.generation !== network.status?.observedGeneration;
  if (!live) {
    // Said in other words than at first, of which a repetition would only be counted.
    if (isSpecNew) record('Normal', eventReasons.created, `created ${title}`);
    else record('Normal', eventReasons.reverted, `put back ${title}: it was not there`);
  } else if (news.length > 0 && result.metadata.resourceVersion !== live.metadata.resourceVersion) {
    const reason = isSpecNew ? eventReasons.updated : eventReasons.reverted;
    record('Normal', reason, `${isSpecNew ? 'updated' : 'put back'} ${title}: ${list(news)}`);
  }
  return undefined;
}

/** The update partition moves with a roll, which has events of its own. */
const partitionPath = 'spec.updateStrategy.rollingUpdate.partition';

/** An object without our label is not watched, and yet the name is taken. */
async function find({ client, signal }: ChartProps, resource: Resource, { metadata }: KubeObject) {
  try {
    return await client.get(resource, metadata, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function ownershipFailure(
  { metadata }: BitcoinNetwork,
  { kind, metadata: live }: UnstructuredObject,
): ChartFailure | undefined {
  const object = `${kind} ${live.name}`;
  const owner = live.ownerReferences?.find(({ controller }) => controller);
  if (owner?.uid === metadata.uid) return undefined;
  if (owner?.kind === 'BitcoinNetwork' && owner.name === metadata.name) {
    const message = `${object} of a deleted network of this name is still there`;
    return { reason: 'PredecessorTerminating', message, terminal: false };
  }
  if (owner) {
    const message = `${object} belongs to ${owner.kind} ${owner.name}: delete it, or choose another name`;
    return { reason: 'ObjectExists', message, terminal: true };
  }
  const lostItsOwner =
    live.labels?.[networkLabel] === metadata.name &&
    live.managedFields?.some((entry) => entry.manager === manager && entry.operation === 'Apply');
  if (lostItsOwner || metadata.annotations?.[adoptAnnotation] === 'true') return undefined;
  const message =
    `${object} is there and was not made for this network: delete it, or annotate the network ` +
    `with ${adoptAnnotation}=true to have it taken over`;
  return { reason: 'ObjectExists', message, terminal: true };
}

/**
 * The StatefulSet with a partition that holds every pod there is: a template that
 * changes in the middle of a roll must not find it open. Pods that are yet to be
 * made may be of the new revision.
 */
function holding(
  { spec: { nodes } }: BitcoinNetwork,
  object: UnstructuredObject,
  live: KubeObject | undefined,
): UnstructuredObject {
  const replicas = (live as StatefulSet | undefined)?.spec.replicas ?? nodes;
  const partition = Math.min(nodes, replicas);
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } };
  return { ...object, spec: { ...(object.spec as object), updateStrategy } };
}

/** The failure that an error of the API server stands for, as the network's conditions tell it. */
export function failureOf(error: unknown): ChartFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (isNamespaceTerminating(error)) {
    return {
      reason: 'NamespaceTerminating',
      message: 'the namespace is being deleted',
      terminal: false,
    };
  }
  const terminal = isForbidden(error) || isInvalid(error);
  return { reason: 'ApplyFailed', message, terminal };
}

/** Nothing can be created in a namespace that is being deleted, and the network goes with it. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.details.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
  );
}
