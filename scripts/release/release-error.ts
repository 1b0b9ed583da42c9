/** A release cannot be prepared. The message states the cause and the fix. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
}
