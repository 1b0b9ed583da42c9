/** A file that a volume shows. */
export interface PayloadFile {
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** The files of a volume by their path in it. */
export type Payload = ReadonlyMap<string, PayloadFile>;

/** A volume cannot be shown yet; the words are the kubelet's. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}
