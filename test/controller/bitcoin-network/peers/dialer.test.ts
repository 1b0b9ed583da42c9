import type { NodeName } from '../../../../bitcoin/plan/node-name.ts';
import type { RpcCall, RpcOutcome } from '../../../../bitcoin/rpc/client.ts';
import { RpcError } from '../../../../bitcoin/rpc/error.ts';
import { Dialer, type AddressedDial } from '../../../../controller/bitcoin-network/peers/dialer.ts';
import { LeadershipLostError } from '../../../../kube/api/errors.ts';
import { FakeClock, settle } from '../../../kube/fake-clock.ts';

const dial = (to: NodeName, from: NodeName = '0'): AddressedDial => ({
  ...{ from, to, address: `i${to}:1`, fromPod: from, toPod: to },
});

/** Dials from `0` to the nodes `1` to `count`. */
const dialsTo = (count: number) => Array.from({ length: count }, (_, i) => dial(`${i + 1}`));

/** A dialer, and a node `0` that answers a dial after `delayOf` milliseconds. */
class Fixture {
  readonly clock = new FakeClock();
  readonly failures: string[] = [];
  readonly stop = new AbortController();
  /** The peers in each request. */
  readonly requests: string[][] = [];
  /** Milliseconds for which dials occupied a thread of the node. */
  busy = 0;
  guard: () => void = () => undefined;
  delayOf: (peer: string) => number = () => 1;
  failure: RpcError | undefined;
  readonly #dialer = new Dialer();

  async dial(dials: readonly AddressedDial[]): Promise<readonly AddressedDial[]> {
    const { clock, stop } = this;
    const dialing = this.#dialer.dial(dials, {
      scope: {
        key: 'lab/alice',
        clock,
        signal: stop.signal,
        guard: () => {
          this.guard();
        },
      },
      clients: new Map([['0', { batch: (calls) => this.#answer(calls) }]]),
      timeout: 2_000,
      onFailure: (from, { failure }) => this.failures.push(`${from} ${failure}`),
    });
    const progress = { isDone: false };
    const done = () => {
      progress.isDone = true;
    };
    void dialing.then(done, done);
    await settle();
    while (!progress.isDone) await clock.advance(1);
    return await dialing;
  }

  async #answer(calls: readonly RpcCall[]): Promise<RpcOutcome[]> {
    const peers = calls.map(({ params }) => String(params![0]).slice(1, -2));
    this.requests.push(peers);
    const duration = peers.map((peer) => this.delayOf(peer)).reduce((a, b) => a + b);
    this.busy += duration;
    await new Promise<void>((resolve) => this.clock.setTimer(resolve, duration));
    if (this.failure) throw this.failure;
    return calls.map(() => ({ result: null }));
  }
}

describe('Dialer', () => {
  test('dials all peers at once if they answer, with one request under way', async () => {
    const fixture = new Fixture();
    expect(await fixture.dial(dialsTo(20))).toHaveLength(20);
    expect(fixture.requests.map(({ length }) => length)).toEqual([1, 2, 4, 8, 5]);
    expect(fixture.clock.now()).toBeLessThanOrEqual(21);
  });

  test('returns after its timeout while a dial is under way, and starts no other', async () => {
    const fixture = new Fixture();
    fixture.delayOf = () => 5_000;
    await fixture.dial(dialsTo(24));
    expect(fixture.clock.now()).toBe(2_000);
    await fixture.dial(dialsTo(24));
    expect(fixture.requests).toEqual([['1']]);
  });

  test('occupies a quarter of one thread for peers that never answer, and tries each', async () => {
    const fixture = new Fixture();
    fixture.delayOf = () => 5_000;
    while (fixture.clock.now() < 500_000) {
      await fixture.dial(dialsTo(24));
      await fixture.clock.advance(1_000);
    }
    expect(fixture.requests.every(({ length }) => length === 1)).toBe(true);
    expect(fixture.busy).toBeLessThanOrEqual(130_000);
    expect(new Set(fixture.requests.flat()).size).toBe(24);
  }, 20_000);

  test('dials every other peer within 6 s if one does not answer', async () => {
    const fixture = new Fixture();
    fixture.delayOf = (peer) => (peer === '3' ? 2_400 : 1);
    while (new Set(fixture.requests.flat()).size < 24) {
      await fixture.dial(dialsTo(24));
      await fixture.clock.advance(100);
    }
    expect(fixture.clock.now()).toBeLessThan(6_000);
  });

  test('returns only the first dial of a link, whose handshake is worth waiting for', async () => {
    const fixture = new Fixture();
    expect(await fixture.dial([dial('1')])).toEqual([dial('1')]);
    await fixture.clock.advance(1_000);
    expect(await fixture.dial([dial('1')])).toEqual([]);
    expect(fixture.requests).toEqual([['1'], ['1']]);
  });

  test('dials again at once from a pod that replaced one that did not answer', async () => {
    const fixture = new Fixture();
    fixture.failure = new RpcError('timeout', 'no answer');
    await fixture.dial([dial('1')]);
    await fixture.dial([dial('2')]);
    expect(fixture.requests).toEqual([['1']]);
    await fixture.dial([{ ...dial('1'), fromPod: 'new' }]);
    expect(fixture.requests).toEqual([['1'], ['1']]);
    expect(fixture.failures).toEqual(['0 timeout', '0 timeout']);
  });

  test('sends no further request to a node that ended, and dials again in the next reconcile', async () => {
    const fixture = new Fixture();
    fixture.failure = new RpcError('unreachable', 'connection refused');
    await fixture.dial(dialsTo(8));
    expect(fixture.failures).toEqual(['0 unreachable']);
    fixture.failure = undefined;
    await fixture.dial(dialsTo(8));
    expect(new Set(fixture.requests.slice(1).flat()).size).toBe(7);
  });

  test('dials although the time of the machine was set back', async () => {
    const fixture = new Fixture();
    await fixture.dial([dial('1')]);
    fixture.clock.step(-3_600_000);
    await fixture.clock.advance(1_000);
    await fixture.dial([dial('1'), dial('2')]);
    expect(fixture.requests.flat().sort()).toEqual(['1', '1', '2']);
  });

  test('rejects when a shutdown no longer waits, and starts no further dial', async () => {
    const fixture = new Fixture();
    fixture.delayOf = () => {
      fixture.stop.abort(new Error('shutting down'));
      return 5_000;
    };
    await expect(fixture.dial(dialsTo(2))).rejects.toThrow('shutting down');
    await fixture.clock.advance(10_000);
    await expect(fixture.dial(dialsTo(2))).rejects.toThrow('shutting down');
    expect(fixture.requests).toEqual([['1']]);
  });

  test('starts no further dial after another controller became the leader', async () => {
    const fixture = new Fixture();
    fixture.guard = () => {
      if (fixture.requests.length > 0) throw new LeadershipLostError('not the leader');
    };
    await expect(fixture.dial(dialsTo(3))).rejects.toThrow(LeadershipLostError);
    expect(fixture.requests).toEqual([['1']]);
  });
});
