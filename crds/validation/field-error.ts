/** One error in a resource. */
export interface FieldError {
  /**
   * Path of the field in the notation of the API server: `spec.nodes`,
   * `spec.imagePullSecrets[0].name`, `spec.config[debug]`.
   */
  readonly field: string;
  /** Description of the error and, where it is not obvious, of the fix. */
  readonly message: string;
}
