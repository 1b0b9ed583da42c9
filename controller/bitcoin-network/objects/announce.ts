import type { KubeObject } from '../../../kube/api/object.ts';
import type { Drift } from '../../../kube/apply/drift.ts';
import { recordEvent } from '../events.ts';
import { joinLimited } from '../message.ts';
import type { Scope } from '../scope.ts';
import { areObjectsApplied } from './condition.ts';

/** The update partition moves in every rollout, which has its own events. */
const partitionPath = 'spec.updateStrategy.rollingUpdate.partition';

/**
 * Records an event for the fields of an object that an apply changed. A field that the controller
 * still owned got another value because something else is desired, after an edit or an upgrade. Any
 * other field had been changed by another client, unless the objects of the current spec have not
 * been applied yet.
 *
 * @param drift the fields that differed before the apply and no longer do
 */
export function recordUpdate(
  scope: Scope,
  { kind, metadata }: KubeObject,
  drift: readonly Drift[],
): void {
  const changes = drift.filter(({ path }) => path !== partitionPath);
  if (changes.length === 0) return;
  const isUpdated =
    !areObjectsApplied(scope.network) || changes.every(({ cause }) => cause !== 'missing');
  const [reason, verb] = isUpdated
    ? (['Updated', 'updated'] as const)
    : (['Reverted', 'reverted'] as const);
  const note = `${verb} ${kind} ${metadata.name}: ${joinLimited(changes.map(({ path }) => path))}`;
  recordEvent(scope, 'objects', { type: 'Normal', reason, note });
}

/**
 * Records an event for fields that admission set to other values than those applied.
 *
 * @param paths the list is not empty
 */
export function recordOverride(
  scope: Scope,
  { kind, metadata }: KubeObject,
  paths: readonly string[],
): void {
  const note = `admission changed ${kind} ${metadata.name}: ${joinLimited(paths)}`;
  recordEvent(scope, 'objects', { type: 'Normal', reason: 'OverriddenByAdmission', note });
}

/**
 * Records an event for created objects. If the objects of the current spec have been applied
 * before, another client deleted these.
 *
 * @param titles the kinds and names of the objects; the list may be empty
 */
export function recordCreation(scope: Scope, titles: readonly string[]): void {
  if (titles.length === 0) return;
  // Notes differ, because repeated notes are only counted.
  const [reason, verb] = areObjectsApplied(scope.network)
    ? (['Reverted', 'recreated'] as const)
    : (['Created', 'created'] as const);
  const note = `${verb} ${joinLimited(titles)}`;
  recordEvent(scope, 'objects', { type: 'Normal', reason, note });
}
