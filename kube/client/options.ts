import type { Metrics } from '../metrics/metrics.ts';
import type { RequestOptions, RequesterOptions } from './requester.ts';

/** The options of `KubeClient`. */
export type KubeClientOptions = RequesterOptions;

/** The options of `KubeClient.fromKubeConfig`. */
export interface KubeConfigClientOptions extends KubeClientOptions {
  /** Maximum number of connections; every watch occupies one. @default 64 */
  readonly maxConnections?: number;
  /** Counts requests. @default none */
  readonly metrics?: Metrics | undefined;
}

/** One page of a list. */
export interface KubeList<T> {
  readonly metadata: {
    /** The version at which to start a watch. */
    readonly resourceVersion: string;
    /** Present if more pages follow. */
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly T[];
}

/** Selects the objects of a list or a watch. */
export interface Selection {
  /** @default all namespaces */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** The options of a list. */
export interface ListOptions extends Selection, RequestOptions {
  /**
   * Bytes that the response may have; a larger one fails with ResponseTooLargeError. @default no
   * limit
   */
  readonly maxBytes?: number | undefined;
  /** Maximum number of items in a page. @default all */
  readonly limit?: number | undefined;
  /** `metadata.continue` of the previous page. */
  readonly continue?: string | undefined;
}

/** The options of a watch. */
export interface WatchOptions extends Selection, RequestOptions {
  /** The watch delivers the events after this version. */
  readonly resourceVersion: string;
  /** Seconds after which the API server ends the watch. @default chosen by the API server */
  readonly timeoutSeconds?: number | undefined;
}

/** The options of a delete. */
export interface DeleteOptions extends RequestOptions {
  /** If the object has another uid or version, the delete fails with a conflict. @default none */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  /** How dependents are deleted. @default that of the resource, usually Background */
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

/** The options of a create. */
export interface WriteOptions extends RequestOptions {
  /** Recorded in managedFields. @default derived from the User-Agent by the API server */
  readonly fieldManager?: string | undefined;
  /** How the API server treats unknown and duplicate fields. @default Strict */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

/** The options of a patch. */
export interface PatchOptions extends WriteOptions {
  /** An apply patch is a whole object, a merge patch (RFC 7386) the fields to change. */
  readonly type: 'apply' | 'merge';
  /** Whether an apply takes fields from other managers. @default false: a conflict */
  readonly force?: boolean;
  readonly subresource?: string | undefined;
}
