import { createServer, type Server, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { rpcPort } from '../../bitcoin/chain.ts';
import { FakeBitcoind } from './fake-bitcoind.ts';
import type { NodeServer } from './fake-kubelet.ts';

/** The bytes that a hostile node sends, and what follows them. */
interface Answer {
  /** Milliseconds before the first byte. */
  readonly delay: number;
  readonly bytes: Uint8Array;
  /** Whether the node then closes the connection, stays silent, or repeats the bytes for ever. */
  readonly then: 'close' | 'silence' | 'repeat' | 'drip';
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const huge = 'z'.repeat(65_536);

/** Answers to a batch with the right ids and any results. */
const batches = fc
  .array(fc.record({ result: fc.jsonValue(), error: fc.option(fc.jsonValue()) }), { maxLength: 4 })
  .map((answers) => JSON.stringify(answers.map((answer, id) => ({ id, ...answer }))));

const texts = fc.oneof(
  batches.map((body) => `${head}\r\n${body}`),
  batches.map((body) => `${head}content-length: ${body.length}\r\n\r\n${body}`),
  batches.map((body) => `${head}content-length: ${body.length + 9}\r\n\r\n${body}`),
  fc.json().map((body) => `${head}content-length: ${body.length}\r\n\r\n${body}`),
  fc.integer({ min: 100, max: 999 }).map((status) => `HTTP/1.1 ${status} X\r\n\r\n`),
  fc.constantFrom(
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    `${head}\r\n${huge}`,
    `${head}x: ${huge}`,
    `${head}transfer-encoding: chunked\r\n\r\n10000\r\n${huge}\r\n`,
    `${head}transfer-encoding: chunked\r\n\r\nz\r\n`,
    `${head}content-length: 99999999999\r\n\r\n[`,
    `${head}content-encoding: gzip\r\n\r\n${huge}`,
  ),
);

const answers: fc.Arbitrary<Answer> = fc.record({
  delay: fc.constantFrom(0, 0, 0, 100, 5_000),
  bytes: fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }) },
    { weight: 4, arbitrary: texts.map((text) => Buffer.from(text)) },
  ),
  then: fc.constantFrom('close', 'close', 'silence', 'repeat', 'drip'),
});

/**
 * The answers of all hostile nodes of a test, and how long their clients keep connections.
 */
export class Hostility {
  /** Whether the nodes misbehave. Before and after, they respond like a {@link FakeBitcoind}. */
  enabled = false;
  /** The number of requests that were answered in a hostile way. */
  count = 0;
  /** The longest time in milliseconds that a client kept the connection of such a request. */
  longest = 0;
  readonly #answers: readonly Answer[];

  /** @param seed the same seed gives the same answers */
  constructor(seed: number) {
    this.#answers = fc.sample(answers, { numRuns: 500, seed });
  }

  next(): Answer {
    return this.#answers[this.count++ % this.#answers.length]!;
  }
}

/** A node that answers every RPC request with anything. */
export class HostileBitcoind implements NodeServer {
  readonly #server: Server;
  readonly #honest = FakeBitcoind.detached();
  readonly #hostility: Hostility;
  readonly #sockets = new Set<Socket>();

  private constructor(hostility: Hostility) {
    this.#hostility = hostility;
    this.#server = createServer((socket) => {
      this.#accept(socket);
    });
  }

  static async listen(address: string, hostility: Hostility): Promise<HostileBitcoind> {
    const bitcoind = new HostileBitcoind(hostility);
    await new Promise<void>((resolve, reject) => {
      bitcoind.#server.once('error', reject);
      bitcoind.#server.listen(rpcPort, address, resolve);
    });
    return bitcoind;
  }

  get callCount(): number {
    return this.#honest.callCount + this.#hostility.count;
  }

  /** Closes the connections that were opened before the nodes began to misbehave, or ceased to. */
  reset(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.reset();
    this.#honest.close();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    if (!this.#hostility.enabled) {
      this.#honest.serve(socket);
      return;
    }
    socket.once('data', () => {
      this.#answer(socket, this.#hostility.next());
    });
  }

  #answer(socket: Socket, { delay, bytes, then }: Answer): void {
    const begin = performance.now();
    let timer = setTimeout(() => {
      socket.write(bytes);
      if (then === 'close') socket.end();
      if (then === 'repeat') timer = setInterval(() => socket.write(bytes), 1);
      if (then === 'drip') timer = setInterval(() => socket.write('1'), 50);
    }, delay);
    socket.on('close', () => {
      clearTimeout(timer);
      this.#hostility.longest = Math.max(this.#hostility.longest, performance.now() - begin);
    });
  }
}
