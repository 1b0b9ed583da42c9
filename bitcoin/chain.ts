/** The parameters of a chain: its option, its config section and its ports. */
export interface Chain {
  /**
   * Option that selects the chain. It is also the name of the section for network options and of
   * the subdirectory of the datadir.
   */
  readonly name: 'regtest';
  /** Port of the peer-to-peer protocol; bitcoind's default for the chain. */
  readonly p2pPort: number;
}

/** A private chain whose blocks are mined on request. */
export const regtest: Chain = { name: 'regtest', p2pPort: 18444 };

/** Port of the RPC server in every pod, on every chain. */
export const rpcPort = 18332;
