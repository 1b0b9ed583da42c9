import type { FieldError } from './field-error.ts';
import { isObject } from './structure.ts';

/** The fields of metav1.ObjectMeta in Kubernetes 1.36. */
const objectMetaFields = new Set([
  'annotations',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'labels',
  'managedFields',
  'name',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
]);

const dns1123Label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const dns1123Subdomain =
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedNamePart = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** The maximum size in bytes of all annotations together, names and values. */
const maxAnnotationBytes = 256 * 1024;

/**
 * Checks metadata against the requirements of Kubernetes for the fields that users write. The rules
 * of the schema check the format of the name, because they are stricter.
 */
export function checkMetadata(metadata: unknown): FieldError[] {
  if (!isObject(metadata)) return [{ field: 'metadata', message: 'must be of type object' }];
  const { name, namespace, labels, annotations } = metadata;
  const errors: FieldError[] = Object.keys(metadata)
    .map((key) => `metadata.${key}`)
    .filter((field) => !objectMetaFields.has(field.slice('metadata.'.length)))
    .map((field) => ({ field, message: `unknown field "${field}"` }));
  const check = (valid: boolean, field: string, message: string): void => {
    if (!valid) errors.push({ field: `metadata.${field}`, message });
  };
  check(name !== undefined && name !== '', 'name', 'Required value: name is required');
  check(name === undefined || typeof name === 'string', 'name', 'must be of type string');
  check(
    namespace === undefined || (typeof namespace === 'string' && dns1123Label.test(namespace)),
    'namespace',
    'must consist of at most 63 lower case alphanumeric characters or "-"',
  );
  for (const [key, value] of entries(labels)) {
    check(isQualifiedName(key), 'labels', invalidName(key));
    check(
      typeof value === 'string' && (value === '' || qualifiedNamePart.test(value)),
      'labels',
      `Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of at most 63 alphanumeric characters, "-", "_" or "."`,
    );
  }
  for (const [key, value] of entries(annotations)) {
    check(isQualifiedName(key.toLowerCase()), 'annotations', invalidName(key));
    check(typeof value === 'string', 'annotations', `value of "${key}" must be of type string`);
  }
  check(
    Buffer.byteLength(entries(annotations).flat().join('')) <= maxAnnotationBytes,
    'annotations',
    `Too long: may not be more than ${maxAnnotationBytes} bytes`,
  );
  return errors;
}

function entries(map: unknown): [string, unknown][] {
  return isObject(map) ? Object.entries(map) : [];
}

function isQualifiedName(text: string): boolean {
  const [name, prefix, ...rest] = text.split('/').reverse();
  return (
    rest.length === 0 &&
    qualifiedNamePart.test(name!) &&
    (prefix === undefined || dns1123Subdomain.test(prefix))
  );
}

const invalidName = (key: string): string =>
  `Invalid value: "${key}": name part must consist of alphanumeric characters, "-", "_" or ".", after an optional prefix that is a DNS subdomain`;
