/** Formats milliseconds since the epoch like metav1.Time: RFC 3339 to the second. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** metav1.Condition. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** metadata.generation that the condition describes. */
  readonly observedGeneration?: number;
  /** RFC 3339. */
  readonly lastTransitionTime: string;
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** A condition without its generation and time. */
export type ConditionInput<Type extends string = string, Reason extends string = string> = Pick<
  Condition,
  'status' | 'message'
> & { readonly type: Type; readonly reason: Reason };

/** Maximum length of a message in the schema of metav1.Condition. */
const maxMessageLength = 32_768;

/**
 * Returns a condition with its generation and transition time. The transition time changes only
 * with the status, as the API conventions require. A message is cut to 32,768 characters.
 *
 * @param previous the conditions of the stored status
 * @param generation metadata.generation that the condition describes
 * @param now RFC 3339, to the second
 */
export function withTransitionTime<Type extends string, Reason extends string>(
  { type, status, reason, message }: ConditionInput<Type, Reason>,
  previous: readonly Condition[],
  generation: number,
  now: string,
) {
  const before = previous.find((condition) => condition.type === type);
  return {
    type,
    status,
    observedGeneration: generation,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
    reason,
    message: message.slice(0, maxMessageLength),
  };
}
