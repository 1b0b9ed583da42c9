/** Body of an unsuccessful response: `kind: Status` of the API server. */
export interface Status {
  readonly kind?: string;
  readonly code?: number;
  /** Machine-readable cause in CamelCase, such as `NotFound`. */
  readonly reason?: string;
  readonly message?: string;
  readonly details?: StatusDetails;
}

/** The object of a {@link Status} and the causes of the error. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly StatusCause[];
}

/** One cause of an error, for example one invalid field. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The API server rejected a request, or ended a watch with an ERROR event. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code, or the code in the Status of an ERROR event. */
  readonly code: number;
  /** Empty if the response was not a Status, for example that of a proxy. */
  readonly reason: string;
  readonly details: StatusDetails;

  /** @param request the request as the message names it, such as `GET /api/v1/nodes` */
  constructor(request: string, code: number, status: Status = {}, options?: ErrorOptions) {
    const reason = status.reason ?? '';
    const heading = `${request}: ${code}${reason === '' ? '' : ` ${reason}`}`;
    super(status.message ? `${heading}: ${status.message}` : heading, options);
    this.code = code;
    this.reason = reason;
    this.details = status.details ?? {};
  }
}

/** A reconcile failed, and only a change of the object can fix it: it is not retried. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** A reconcile conflicted with another writer: it is retried at once. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** A reconcile failed, and a retry may succeed: it is retried with backoff. */
export class TransientError extends Error {
  override readonly name: string = 'TransientError';
}

/** The API server is unreachable or did not respond in time. */
export class ConnectionError extends TransientError {
  override readonly name = 'ConnectionError';
}

/** A response has more bytes than the request allows. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/** A write was not sent, or work was stopped, because another process may be the leader. */
export class LeadershipLostError extends TransientError {
  override readonly name = 'LeadershipLostError';
}

function isApiError(error: unknown, code: number): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** Whether the object, or the resource itself, does not exist. */
export function isNotFound(error: unknown): boolean {
  return isApiError(error, 404);
}

/** Whether the object to create already exists. */
export function isAlreadyExists(error: unknown): boolean {
  return isApiError(error, 409) && error.reason === 'AlreadyExists';
}

/** Whether a precondition (resourceVersion, uid) or another field manager prevented the write. */
export function isConflict(error: unknown): boolean {
  return isApiError(error, 409) && error.reason !== 'AlreadyExists';
}

/** Whether the resourceVersion or continue token is too old: list again. */
export function isGone(error: unknown): boolean {
  return isApiError(error, 410);
}

/** Whether the credentials were rejected. */
export function isUnauthorized(error: unknown): boolean {
  return isApiError(error, 401);
}

/** Whether RBAC, an admission plugin or a terminating namespace forbids the request. */
export function isForbidden(error: unknown): boolean {
  return isApiError(error, 403);
}

/**
 * Whether the object violates its schema or a validation rule; `details.causes` names the fields.
 */
export function isInvalid(error: unknown): boolean {
  return isApiError(error, 422);
}
