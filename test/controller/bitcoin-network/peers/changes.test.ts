import type { PeerChanges } from '../../../../bitcoin/peers/peer-changes.ts';
import { RpcError, rpcErrorCode } from '../../../../bitcoin/rpc/error.ts';
import {
  callsOf,
  dialCall,
  makeChanges,
} from '../../../../controller/bitcoin-network/peers/changes.ts';
import { refused } from '../../fake-node.ts';

const changes: PeerChanges = { add: ['a:1'], remove: ['b:1'], disconnect: ['c:1'], dial: ['1'] };
const none: PeerChanges = { add: [], remove: [], disconnect: [], dial: [] };

describe('callsOf', () => {
  test('removes and disconnects before it adds, and leaves out dials', () => {
    expect(callsOf(changes)).toEqual([
      { method: 'addnode', params: ['b:1', 'remove'] },
      { method: 'disconnectnode', params: ['c:1'] },
      { method: 'addnode', params: ['a:1', 'add'] },
    ]);
  });

  test('returns no calls without changes', () => {
    expect(callsOf(none)).toEqual([]);
  });
});

test('dialCall dials once, without an entry on the addnode list', () => {
  expect(dialCall('d:1')).toEqual({ method: 'addnode', params: ['d:1', 'onetry'] });
});

describe('makeChanges', () => {
  /** Makes the changes on a node that returns the outcomes, and returns the reported failures. */
  async function failures(batch: Parameters<typeof makeChanges>[0]['batch']): Promise<string[]> {
    const reported: string[] = [];
    await makeChanges({ batch }, changes, ({ failure, code }) => {
      reported.push(code === undefined ? failure : `${failure} ${code}`);
    });
    return reported;
  }

  test('reports nothing if the node accepts all changes', async () => {
    expect(await failures((calls) => Promise.resolve(calls.map(() => ({ result: null }))))).toEqual(
      [],
    );
  });

  test.each(['nodeAlreadyAdded', 'nodeNotAdded', 'nodeNotConnected'] as const)(
    'treats %s as a change that is already in place',
    async (name) => {
      const outcome = refused(rpcErrorCode[name]);
      expect(await failures((calls) => Promise.resolve(calls.map(() => outcome)))).toEqual([]);
    },
  );

  test('reports each change that the node rejects', async () => {
    const warmup = refused(rpcErrorCode.inWarmup);
    const outcomes = [warmup, { result: null }, warmup];
    expect(await failures(() => Promise.resolve(outcomes))).toEqual(['refused -28', 'refused -28']);
  });

  test('reports a failed request once', async () => {
    const timeout = new RpcError('timeout', 'no answer');
    expect(await failures(() => Promise.reject(timeout))).toEqual(['timeout']);
  });

  test('throws an error that does not come from the node', async () => {
    await expect(failures(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  });
});
