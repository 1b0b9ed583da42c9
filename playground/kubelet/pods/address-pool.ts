import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/** Second octets of the networks to choose from: 127.64.0.0/10, away from what services use. */
const first = 64;
const networks = 64;
/** Hosts 127.X.0.2 to 127.X.255.254. */
const lowest = 2;
const highest = 65534;

/**
 * Addresses of the loopback network for pods: each playground on a machine has a /16 of its own.
 */
export class AddressPool {
  readonly #network: number;
  readonly #claim: Server | undefined;
  readonly #taken = new Set<number>();
  #last = lowest - 1;

  /** @param network second octet of the addresses */
  constructor(network: number, claim?: Server) {
    this.#network = network;
    this.#claim = claim;
  }

  /**
   * Claims a network that no other playground of this machine has.
   *
   * @param seed the same seed gets the same network where it is free
   */
  static async claim(seed: string): Promise<AddressPool> {
    const start = createHash('sha256').update(seed).digest().readUInt32BE() % networks;
    for (let offset = 0; offset < networks; offset++) {
      const network = first + ((start + offset) % networks);
      const claim = await listen(`\0bitcoin-controller-playground-127.${network}`);
      if (claim) return new AddressPool(network, claim);
    }
    throw new Error(`all ${networks} networks in 127.64.0.0/10 are used by other playgrounds`);
  }

  /**
   * Takes an address, in turn, so that a released one rests as long as possible.
   *
   * @param wish an address to take where it is free, as that of the pod before a restart
   */
  take(wish?: string): string {
    const wished = wish === undefined ? undefined : this.#number(wish);
    if (wished !== undefined && !this.#taken.has(wished)) {
      this.#taken.add(wished);
      return wish!;
    }
    for (let tries = lowest; tries <= highest; tries++) {
      this.#last = this.#last >= highest ? lowest : this.#last + 1;
      if (this.#taken.has(this.#last)) continue;
      this.#taken.add(this.#last);
      return `127.${this.#network}.${this.#last >> 8}.${this.#last & 255}`;
    }
    throw new Error('every pod address is taken');
  }

  release(address: string): void {
    const number = this.#number(address);
    if (number !== undefined) this.#taken.delete(number);
  }

  /** Gives the network back. */
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

/** A socket in the abstract namespace: the kernel frees its name with the process that holds it. */
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
