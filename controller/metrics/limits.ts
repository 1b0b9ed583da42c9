/** The maximum numbers of networks and nodes with series of their own. */
export interface SeriesLimits {
  readonly networks: number;
  readonly nodesPerNetwork: number;
  /** Of all networks together. */
  readonly nodes: number;
}

/** The limits of a controller. Networks and nodes beyond them count in sums only. */
export const limits: SeriesLimits = { networks: 2_000, nodesPerNetwork: 32, nodes: 2_000 };
