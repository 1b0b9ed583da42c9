import type { ValidationRule } from '../schema/json-schema.ts';

/**
 * The maximum length of a network's name. A StatefulSet whose own name is longer than 52 characters
 * starts no pods (their revision label must fit 63), and the suffix `-sts` takes 4 of them.
 */
export const maxNameLength = 48;

/** Rules for the name of a network, which the names of its objects and nodes contain. */
export const nameRules: readonly ValidationRule[] = [
  {
    rule: `size(self.metadata.name) <= ${maxNameLength}`,
    message: `metadata.name must have at most ${maxNameLength} characters, because the names of the pods contain it: choose a shorter name`,
    fieldPath: '.metadata.name',
  },
  {
    rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message:
      'metadata.name must start with a letter, end with a letter or digit, and contain only a-z, 0-9 and - (no dots), because DNS names contain it: choose another name',
    fieldPath: '.metadata.name',
  },
];
