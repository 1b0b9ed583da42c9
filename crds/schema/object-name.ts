import type { JsonSchema } from './json-schema.ts';

/** The schema of a string that names another Kubernetes object (a DNS-1123 subdomain). */
export const objectName = (description: string): JsonSchema => ({
  description,
  type: 'string',
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});
