/** Body of an unsuccessful answer: `kind: Status` of the API server. */
export interface Status {
  readonly kind?: string;
  readonly code?: number;
  /** Machine-readable cause in CamelCase, such as `NotFound`. */
  readonly reason?: string;
  readonly message?: string;
  readonly details?: StatusDetails;
}

/** Which object and which of its fields a {@link Status} is about. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly StatusCause[];
}

/** One fault of an object, for example one invalid field. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The API server refused a request or ended a watch. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code; for an ERROR event of a watch the code of its Status. */
  readonly code: number;
  /** Empty when the answer was no Status, as that of a proxy in between. */
  readonly reason: string;
  readonly details: StatusDetails;

  /** @param request what was asked, for the message, such as `GET /api/v1/nodes` */
  constructor(request: string, code: number, status: Status = {}, options?: ErrorOptions) {
    const reason = status.reason ?? '';
    const heading = `${request}: ${code}${reason === '' ? '' : ` ${reason}`}`;
    super(status.message ? `${heading}: ${status.message}` : heading, options);
    this.code = code;
    this.reason = reason;
    this.details = status.details ?? {};
  }
}

/** A reconcile failed for a cause that only a changed object can remove: it is not retried. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** A reconcile lost a race against another writer: it is run again at once. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** A reconcile failed for a cause that may pass: it is retried with backoff. */
export class TransientError extends Error {
  override readonly name: string = 'TransientError';
}

/** The API server could not be reached, or did not answer in time. */
export class ConnectionError extends TransientError {
  override readonly name = 'ConnectionError';
}

/** A write was not sent, or work was ended, for another may be the leader by now. */
export class LeadershipLostError extends TransientError {
  override readonly name = 'LeadershipLostError';
}

function isApiError(error: unknown, code: number): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** The object, or the resource itself, does not exist. */
export function isNotFound(error: unknown): boolean {
  return isApiError(error, 404);
}

/** The object to be created is there already. */
export function isAlreadyExists(error: unknown): boolean {
  return isApiError(error, 409) && error.reason === 'AlreadyExists';
}

/** A precondition (resourceVersion, uid) or another field manager stood against the write. */
export function isConflict(error: unknown): boolean {
  return isApiError(error, 409) && error.reason !== 'AlreadyExists';
}

/** The resourceVersion or continue token is too old: list again. */
export function isGone(error: unknown): boolean {
  return isApiError(error, 410);
}

/** The credentials were refused. */
export function isUnauthorized(error: unknown): boolean {
  return isApiError(error, 401);
}

/** RBAC, an admission plugin or a terminating namespace forbids the request. */
export function isForbidden(error: unknown): boolean {
  return isApiError(error, 403);
}

/** The object breaks its schema or a validation rule; `details.causes` names the fields. */
export function isInvalid(error: unknown): boolean {
  return isApiError(error, 422);
}
