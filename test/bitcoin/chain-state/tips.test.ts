import {
  bestBlockHashes,
  chainTipQuery,
  type ChainTip,
} from '../../../bitcoin/chain-state/tips.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { RpcError } from '../../../bitcoin/rpc/error.ts';
import type { Answer } from '../../../bitcoin/rpc/batch-query.ts';

const tip = (blocks: number, bestBlockHash: string): Answer<ChainTip> => ({
  value: { blocks, headers: blocks, bestBlockHash },
});
const silent: Answer<ChainTip> = { error: new RpcError('timeout', 'no answer') };
const tips = (...answers: Answer<ChainTip>[]) =>
  new Map(answers.map((answer, ordinal): [NodeName, Answer<ChainTip>] => [`${ordinal}`, answer]));

describe('chainTipQuery', () => {
  test('reads the best chain from getblockchaininfo', () => {
    expect(chainTipQuery.calls).toEqual([{ method: 'getblockchaininfo' }]);
    const info = { chain: 'regtest', blocks: 440, headers: 500, bestblockhash: 'ab' };
    expect(chainTipQuery.parse([info])).toEqual({
      blocks: 440,
      headers: 500,
      bestBlockHash: 'ab',
    });
  });

  test.each([
    [{ blocks: 1, headers: 1 }, 'expected a string in bestblockhash, got undefined'],
    [{ blocks: '1', headers: 1, bestblockhash: 'ab' }, 'expected an integer in blocks, got string'],
    [null, 'expected an object, got null'],
  ])('rejects %j', (info, message) => {
    expect(() => chainTipQuery.parse([info])).toThrow(message);
  });
});

describe('bestBlockHashes', () => {
  test('returns the hash of the highest block', () => {
    expect(bestBlockHashes(tips(tip(1, 'a'), tip(2, 'b'), tip(2, 'b')))).toEqual(new Set(['b']));
  });

  test('returns several hashes while nodes disagree about the highest block', () => {
    expect(bestBlockHashes(tips(tip(2, 'a'), tip(2, 'b')))).toEqual(new Set(['a', 'b']));
  });

  test('ignores nodes that do not respond', () => {
    expect(bestBlockHashes(tips(silent, tip(0, 'genesis')))).toEqual(new Set(['genesis']));
    expect(bestBlockHashes(tips(silent))).toEqual(new Set());
  });
});
