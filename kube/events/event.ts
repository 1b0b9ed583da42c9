import type { KubeObject, Resource } from '../api/object.ts';
import { formatMicroTime } from '../runtime/clock.ts';

/** Something that happened to an object, for users of `kubectl describe`. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** Why the event happened: one CamelCase word from a fixed set, at most 128 characters. */
  readonly reason: string;
  /** What the controller did or tried: one CamelCase word, at most 128 characters. */
  readonly action: string;
  /** A description for users; cut to 1024 bytes of UTF-8. */
  readonly note: string;
}

/** The controller that an event names. */
export interface EventReporter {
  /** Name of the controller, such as `example.com/widget-controller`. */
  readonly reportingController: string;
  /** Instance of the controller: the pod's name, at most 128 characters. */
  readonly reportingInstance: string;
}

export const events: Resource = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** The API server rejects longer notes. */
const maxNoteBytes = 1024;
/**
 * Characters of the object's name in the name of an event. With a dot, 13 digits of time and a
 * counter the name stays below 253 characters.
 */
const maxNamePrefix = 220;

/**
 * Creates an Event.
 *
 * @param now milliseconds since the epoch
 * @param count makes the name unique among events of the same millisecond
 */
export function createEvent(
  regarding: KubeObject,
  { type, reason, action, note }: EventNote,
  { reportingController, reportingInstance }: EventReporter,
  now: number,
  count: number,
): KubeObject & Record<string, unknown> {
  const { apiVersion, kind, metadata } = regarding;
  const { name, namespace, uid, resourceVersion } = metadata;
  const suffix = `${now.toString(16)}${count.toString(16).padStart(4, '0')}`;
  return {
    apiVersion: events.apiVersion,
    kind: events.kind,
    metadata: {
      name: `${name.slice(0, maxNamePrefix)}.${suffix}`,
      // Events about cluster-scoped objects are in the default namespace.
      namespace: namespace ?? 'default',
    },
    eventTime: formatMicroTime(now),
    reportingController,
    reportingInstance,
    regarding: { apiVersion, kind, name, namespace, uid, resourceVersion },
    type,
    reason,
    action,
    note: truncate(note, maxNoteBytes),
  };
}

/** Cuts text to a number of bytes of UTF-8, between characters, and appends an ellipsis. */
function truncate(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const ellipsis = '...';
  let end = maxBytes - ellipsis.length;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString() + ellipsis;
}
