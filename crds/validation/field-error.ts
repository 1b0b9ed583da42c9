/** One thing wrong with a resource. */
export interface FieldError {
  /** Where, as the API server writes it: `spec.nodes`, `spec.imagePullSecrets[0].name`, `spec.config[debug]`. */
  readonly field: string;
  /** What is wrong and, where it isn't plain, what to do. */
  readonly message: string;
}
