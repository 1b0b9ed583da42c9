/** Bytes of the incomplete responses of all nodes together. */
const maxBytes = 16 << 20;

/** An incomplete response. */
export interface ResponseBuffer {
  /**
   * Counts bytes that were received.
   *
   * @returns false if the response has failed because all responses have too many bytes
   */
  add(bytes: number): boolean;
  /** Stops counting the response, which is complete or has failed. */
  close(): void;
}

interface Entry {
  bytes: number;
  readonly fail: () => void;
}

/**
 * Counts the bytes of incomplete responses. Nodes of many tenants may send large responses at the
 * same time: if all responses together have too many bytes, the largest one of the tenant with the
 * most bytes fails, so that no tenant makes the responses of another one fail.
 */
export class ResponseBuffers {
  readonly #tenants = new Map<string, Set<Entry>>();
  #bytes = 0;

  /**
   * Opens a response.
   *
   * @param tenant the owner of the node, such as a namespace
   * @param fail called when the response must fail; the response is then closed
   */
  open(tenant: string, fail: () => void): ResponseBuffer {
    const entry: Entry = { bytes: 0, fail };
    const entries = this.#tenants.get(tenant) ?? new Set();
    this.#tenants.set(tenant, entries.add(entry));
    return {
      add: (bytes) => {
        if (!entries.has(entry)) return false;
        entry.bytes += bytes;
        this.#bytes += bytes;
        while (this.#bytes > maxBytes) this.#failLargest();
        return entries.has(entry);
      },
      close: () => {
        this.#close(tenant, entries, entry);
      },
    };
  }

  #failLargest(): void {
    const [tenant, entries] = largest([...this.#tenants], ([, candidates]) => sum(candidates));
    const entry = largest([...entries], ({ bytes }) => bytes);
    this.#close(tenant, entries, entry);
    entry.fail();
  }

  #close(tenant: string, entries: Set<Entry>, entry: Entry): void {
    if (!entries.delete(entry)) return;
    this.#bytes -= entry.bytes;
    if (entries.size === 0 && this.#tenants.get(tenant) === entries) this.#tenants.delete(tenant);
  }
}

function sum(entries: Iterable<Entry>): number {
  let total = 0;
  for (const { bytes } of entries) total += bytes;
  return total;
}

/** Returns the largest of items; there is at least one. */
function largest<T>(items: readonly T[], sizeOf: (item: T) => number): T {
  return items.reduce((first, second) => (sizeOf(second) > sizeOf(first) ? second : first));
}
