/** A rule in CEL, which the API server evaluates with `self` bound to the value. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
  /**
   * With `true`, the rule also applies to new objects, and `oldSelf` is an optional that is absent
   * there. A rule that a later release adds can so accept what is stored already.
   *
   * @default false
   */
  readonly optionalOldSelf?: true;
  /**
   * Path of the field that the error names, relative to the schema of the rule, such as
   * `.metadata.name`.
   * @default the field that has the schema
   */
  readonly fieldPath?: string;
}

/** The keywords of structural OpenAPI v3 schemas that the schemas in crds/ use. */
export interface JsonSchema {
  /** The name of the generated TypeScript type. */
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly format?: 'int32' | 'int64' | 'date-time';
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly maxProperties?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-list-type'?: 'map' | 'atomic';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
}
