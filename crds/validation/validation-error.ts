import type { FieldError } from './field-error.ts';

/** A network that the API server would refuse, found before it was asked. */
export class ValidationError extends Error {
  readonly errors: readonly FieldError[];

  /** @param path the construct's path, which tells networks of one app apart */
  constructor(path: string, errors: readonly FieldError[]) {
    const lines = errors.map(({ field, message }) => `${field}: ${message}`);
    super(`${path}: ${lines.join('; ')}`);
    this.name = 'ValidationError';
    this.errors = errors;
  }
}
