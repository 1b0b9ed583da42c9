export { validateBitcoinNetwork } from './bitcoin-network.ts';
export { defaulted } from './defaults.ts';
export type { FieldError } from './field-error.ts';
export { ValidationError } from './validation-error.ts';
