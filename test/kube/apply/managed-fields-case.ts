import type { UnstructuredObject } from '../../../kube/api/object.ts';

/** A state of an object in an API server, with what has drifted from the desired one. */
export interface ManagedFieldsCase {
  readonly name: string;
  readonly desired: UnstructuredObject;
  readonly live: UnstructuredObject;
  /** As `cause path`. */
  readonly drift: readonly string[];
}
