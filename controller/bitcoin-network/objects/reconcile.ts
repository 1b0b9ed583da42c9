import type { SaltedCredentials } from '../../../bitcoin/rpc/credentials.ts';
import { controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import { networkNames } from '../../../constructs/bitcoin-network/names.ts';
import { ValidationError } from '../../../crds/validation/index.ts';
import type { BitcoinNetwork } from '../../../imports/bitcoin-network.ts';
import { apply } from '../../../kube/apply/apply.ts';
import type { KubeClient } from '../../../kube/client/client.ts';
import { isNotFound } from '../../../kube/api/errors.ts';
import { findDrift } from '../../../kube/apply/drift.ts';
import { digest } from '../../../kube/apply/owned-fields.ts';
import {
  formatKey,
  type KubeObject,
  type Resource,
  type UnstructuredObject,
} from '../../../kube/api/object.ts';
import type { AppliedObject } from '../../cache/transforms.ts';
import { synthesize } from './synthesize.ts';
import { eventReasons, type EventReason } from '../events.ts';
import { list } from '../status/message.ts';
import type { StatefulSet } from '../../cache/workloads.ts';
import { ownershipFailure, type ChartFailure } from './ownership.ts';

/** What is known of the objects of one kind, the step's own writes included. */
export interface KnownObjects {
  readonly resource: Resource;
  get(key: string): AppliedObject | undefined;
  /** Remembers an answer of the API server until the watch has caught up with it. */
  record(object: UnstructuredObject): void;
}

/**
 * By network key, what was found to be as synthesized, a network's version and its objects' digests:
 * it needs no other look, which is most of what a resync costs.
 */
export type VerifiedCharts = Map<string, string>;

/** What {@link applyChart} works with. */
export interface ChartProps {
  readonly network: BitcoinNetwork;
  readonly login: SaltedCredentials;
  /** See `heldPartition` and `nextPartition`. */
  readonly partition: number;
  readonly client: KubeClient;
  /** By kind. */
  readonly known: ReadonlyMap<string, KnownObjects>;
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
  const seen = state(props);
  if (seen !== undefined && seen === verified.get(key)) return undefined;
  verified.delete(key);
  let objects: UnstructuredObject[];
  try {
    objects = synthesize(network, { credentials: props.login, updatePartition: props.partition });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return { reason: 'InvalidSpec', message: error.message, terminal: true };
  }
  const desired = objects.map((object) => ({ object, digest: digest(object) }));
  const made: string[] = [];
  try {
    for (const each of desired) {
      const failure = await applyObject(props, each, made);
      if (failure) return failure;
    }
  } finally {
    if (made.length > 0) props.record('Normal', eventReasons.created, `created ${list(made)}`);
  }
  // A StatefulSet that was held is not yet the desired one, and is looked at once more.
  const isDone = desired.every((each) => isAsDesired(props, each));
  const after = state(props);
  if (after !== undefined && (isDone || after === seen)) verified.set(key, after);
  return undefined;
}

interface Desired {
  readonly object: UnstructuredObject;
  readonly digest: string;
}

function isAsDesired({ known }: ChartProps, { object, digest: desired }: Desired): boolean {
  return known.get(object.kind)!.get(formatKey(object.metadata))?.digest === desired;
}

/** All that {@link applyChart} goes by; undefined if an object is not there. */
function state({ network, partition, known }: ChartProps): string | undefined {
  const { name, namespace, uid, generation } = network.metadata;
  const { configMap, service, statefulSet } = networkNames(name);
  const names = { ConfigMap: configMap, Service: service, StatefulSet: statefulSet };
  const digests = Object.entries(names).map(
    ([kind, object]) => known.get(kind)!.get(formatKey({ namespace, name: object }))?.digest,
  );
  if (digests.includes(undefined)) return undefined;
  return digest([uid, generation, partition, ...digests]);
}

/** @param made what was not there before, told of by the caller */
async function applyObject(
  props: ChartProps,
  desired: Desired,
  made: string[],
): Promise<ChartFailure | undefined> {
  if (isAsDesired(props, desired)) return undefined;
  const { object } = desired;
  const { network, client, record, signal } = props;
  const known = props.known.get(object.kind)!;
  const live = await read(props, known.resource, object);
  const failure = live && ownershipFailure(network, live);
  if (failure) return failure;
  const drift = live ? [...findDrift(object, live, controllerName)].map(({ path }) => path) : [];
  if (live && drift.length === 0) {
    known.record(live);
    return undefined;
  }
  const isTemplateNew = drift.some((path) => path.startsWith('spec.template'));
  const wanted = isTemplateNew ? holding(network, object, live) : object;
  const result = await apply(client, known.resource, wanted, {
    fieldManager: controllerName,
    signal,
  });
  known.record(result);
  const title = `${object.kind} ${object.metadata.name}`;
  const news = drift.filter((path) => path !== partitionPath);
  const isSpecNew = network.metadata.generation !== network.status?.observedGeneration;
  if (!live) {
    // Said in other words than at first, of which a repetition would only be counted.
    if (isSpecNew) made.push(title);
    else record('Normal', eventReasons.reverted, `put back ${title}: it was not there`);
  } else if (news.length > 0 && result.metadata.resourceVersion !== live.metadata.resourceVersion) {
    const reason = isSpecNew ? eventReasons.updated : eventReasons.reverted;
    record('Normal', reason, `${isSpecNew ? 'updated' : 'put back'} ${title}: ${list(news)}`);
  }
  return undefined;
}

/** The update partition moves with a roll, which has events of its own. */
const partitionPath = 'spec.updateStrategy.rollingUpdate.partition';

/** An object without our label is not watched, and yet its name is taken. */
async function read({ client, signal }: ChartProps, resource: Resource, { metadata }: KubeObject) {
  try {
    return await client.get(resource, metadata, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
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
