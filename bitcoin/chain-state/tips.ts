import type { NodeName } from '../plan/node-name.ts';
import type { Answer, RpcQuery } from '../rpc/batch-query.ts';
import { integerField, record, stringField } from '../rpc/shape.ts';

/** A node's best chain. */
export interface ChainTip {
  /** Height of the best block. */
  readonly blocks: number;
  /** Height of the best header; higher than `blocks` while blocks are missing. */
  readonly headers: number;
  readonly bestBlockHash: string;
}

/** Reads a node's best chain. */
export const chainTipQuery: RpcQuery<ChainTip> = {
  calls: [{ method: 'getblockchaininfo' }],
  parse: ([result]) => {
    const info = record(result);
    return {
      blocks: integerField(info, 'blocks'),
      headers: integerField(info, 'headers'),
      bestBlockHash: stringField(info, 'bestblockhash'),
    };
  },
};

/** The answers of the ready nodes of a network. */
export type ChainTips = ReadonlyMap<NodeName, Answer<ChainTip>>;

/** Returns the hashes of the highest blocks; several while nodes disagree. */
export function bestBlockHashes(tips: ChainTips): Set<string> {
  const reported = [...tips.values()].flatMap((tip) => ('value' in tip ? [tip.value] : []));
  const height = Math.max(0, ...reported.map(({ blocks }) => blocks));
  return new Set(
    reported.filter(({ blocks }) => blocks === height).map((tip) => tip.bestBlockHash),
  );
}
