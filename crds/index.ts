export {
  customResourceDefinitionName,
  customResourceDefinitionSpec,
} from './bitcoin-network/crd.ts';
export type { JsonSchema, ValidationRule } from './schema/json-schema.ts';
export { apiGroup, crdNames } from './api-group.ts';
export { maxNameLength } from './bitcoin-network/name-rules.ts';
export { v1 } from './bitcoin-network/v1.ts';
