/**
 * A failure that the user can fix. The message states what is wrong and what to do next. The
 * command prints it without a stack trace and exits with code 1.
 */
export class PlaygroundError extends Error {
  override readonly name = 'PlaygroundError';
}
