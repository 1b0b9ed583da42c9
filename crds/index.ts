export {
  customResourceDefinitionName,
  customResourceDefinitionSpec,
} from './custom-resource-definition.ts';
export type { JsonSchema, ValidationRule } from './json-schema.ts';
export { group, names } from './names.ts';
export { maxNameLength, v1 } from './v1.ts';
