/** A file in a volume. */
export interface PayloadFile {
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** The files of a volume by their path in the volume. */
export type Payload = ReadonlyMap<string, PayloadFile>;

/** A volume cannot be set up yet. The message is the kubelet's. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}
