import type { FieldError } from './field-error.ts';

/** A network is invalid: the API server would reject it. */
export class ValidationError extends Error {
  readonly errors: readonly FieldError[];

  /** @param path the path of the construct, which identifies the network in its app */
  constructor(path: string, errors: readonly FieldError[]) {
    const lines = errors.map(({ field, message }) => `${field}: ${message}`);
    super(`${path}: ${lines.join('; ')}`);
    this.name = 'ValidationError';
    this.errors = errors;
  }
}
