export { validateBitcoinNetwork } from './bitcoin-network.ts';
export { withDefaults, type DefaultedBitcoinNetwork } from './defaults.ts';
export type { FieldError } from './field-error.ts';
export { ValidationError } from './validation-error.ts';
