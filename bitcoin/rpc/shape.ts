/** A JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * Returns a value that must be a JSON object.
 *
 * @throws Error if it is not
 */
export function record(value: unknown): JsonRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`expected an object, got ${describe(value)}`);
  }
  return value as JsonRecord;
}

/**
 * Returns a value that must be a list of JSON objects.
 *
 * @throws Error if it is not
 */
export function records(value: unknown): JsonRecord[] {
  if (!Array.isArray(value)) throw new Error(`expected a list, got ${describe(value)}`);
  return value.map(record);
}

/**
 * Returns the integer in a field of a JSON object.
 *
 * @throws Error if the field is absent or not an integer
 */
export function integerField(object: JsonRecord, field: string): number {
  const value = object[field];
  if (!Number.isSafeInteger(value)) {
    throw new Error(`expected an integer in ${field}, got ${describe(value)}`);
  }
  return value as number;
}

/**
 * Returns the string in a field of a JSON object.
 *
 * @throws Error if the field is absent or not a string
 */
export function stringField(object: JsonRecord, field: string): string {
  const value = object[field];
  if (typeof value !== 'string') {
    throw new Error(`expected a string in ${field}, got ${describe(value)}`);
  }
  return value;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}
