import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** The first second octet and the number of the /16 networks, which are those in 127.64.0.0/10. */
const firstNetwork = 64;
const networkCount = 64;
/** Hosts 127.X.0.2 to 127.X.255.254. */
const lowest = 2;
const highest = 65534;

/** Loopback addresses for pods. Each playground on a machine uses its own /16 network. */
export class AddressPool {
  readonly #network: number;
  readonly #claim: Server | undefined;
  readonly #taken = new Set<number>();
  #last = lowest - 1;

  /** @param network the second octet of the addresses */
  constructor(network: number, claim?: Server) {
    this.#network = network;
    this.#claim = claim;
  }

  /**
   * Claims a network that no other playground on this machine uses.
   *
   * @param seed selects the first network to try, so that a playground keeps its network
   * @throws Error if all networks are in use
   */
  static async claim(seed: string): Promise<AddressPool> {
    const start = createHash('sha256').update(seed).digest().readUInt32BE() % networkCount;
    for (let offset = 0; offset < networkCount; offset++) {
      const network = firstNetwork + ((start + offset) % networkCount);
      const claim = await listen(`\0bitcoin-controller-playground-127.${network}`);
      if (claim) return new AddressPool(network, claim);
    }
    throw new Error(
      `other playgrounds use all ${networkCount} networks in 127.64.0.0/10: stop one of them`,
    );
  }

  /**
   * Takes the next address. A released address is reused as late as possible.
   *
   * @param preferred the address to take if it is free, such as the pod's address before a restart
   */
  take(preferred?: string): string {
    const number = preferred === undefined ? undefined : this.#number(preferred);
    if (number !== undefined && !this.#taken.has(number)) {
      this.#taken.add(number);
      return preferred!;
    }
    for (let tries = lowest; tries <= highest; tries++) {
      this.#last = this.#last >= highest ? lowest : this.#last + 1;
      if (this.#taken.has(this.#last)) continue;
      this.#taken.add(this.#last);
      return `127.${this.#network}.${this.#last >> 8}.${this.#last & 255}`;
    }
    throw new Error('all pod addresses are in use: delete some pods');
  }

  release(address: string): void {
    const number = this.#number(address);
    if (number !== undefined) this.#taken.delete(number);
  }

  /** Releases the network. */
  close(): void {
    this.#claim?.close();
  }

  #number(address: string): number | undefined {
    const [first, second, third, fourth] = address.split('.').map(Number);
    if (first !== 127 || second !== this.#network) return undefined;
    const number = third! * 256 + fourth!;
    return number >= lowest && number <= highest ? number : undefined;
  }
}

/**
 * Listens on a socket in the abstract namespace, whose name the kernel releases when the process
 * exits.
 *
 * @returns undefined if the name is in use
 */
function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => {
      resolve(server);
    });
  });
}
