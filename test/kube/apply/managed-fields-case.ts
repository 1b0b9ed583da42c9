import type { UnstructuredObject } from '../../../kube/api/object.ts';

/** A desired and a live object, and the drift between them. */
export interface ManagedFieldsCase {
  readonly name: string;
  readonly desired: UnstructuredObject;
  readonly live: UnstructuredObject;
  /** Drifted fields in the form `cause path`. */
  readonly drift: readonly string[];
}
