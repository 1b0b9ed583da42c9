/** What a bitcoin network's kind of chain fixes: its option, section and ports. */
export interface Chain {
  /** The option that selects it, the section of its network options and the folder in the datadir. */
  readonly name: 'regtest';
  /** Port of the peer-to-peer protocol; bitcoind's own default for the chain. */
  readonly p2pPort: number;
}

/** A private chain whose blocks are mined on request. */
export const regtest: Chain = { name: 'regtest', p2pPort: 18444 };

/** Port of the RPC server in every pod, whatever the chain. */
export const rpcPort = 18332;
