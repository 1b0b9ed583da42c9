import { regtest, type Chain } from '../chain.ts';
import { linkedPeers } from './link.ts';
import { defaultGroup, nodeName, type NodeIdentity, type NodeName } from './node-name.ts';
import { fullMesh } from './topologies/full-mesh.ts';

/** The fields of a BitcoinNetwork's spec that determine its plan. */
export interface NetworkPlanInput {
  /** Number of nodes in the default group, 0 or more. */
  readonly nodes: number;
}

/** Nodes that share a StatefulSet. */
export interface GroupPlan {
  readonly name: string;
  /** Number of nodes. */
  readonly nodes: number;
}

/** A node and its planned links. */
export interface NodePlan extends NodeIdentity {
  readonly name: NodeName;
  /** Addnode list, in order, with at most 8 entries. */
  readonly addnode: readonly NodeName[];
  /** Further peers that the node dials by `onetry`, because addnode lists are full. */
  readonly onetry: readonly NodeName[];
  /** All peers that the node is linked with, whichever end dials, in the order of the plan. */
  readonly peers: readonly NodeName[];
}

/**
 * The nodes and links of a network, computed from its spec alone. Manifests, peers, rollout and
 * status use the plan; no other code counts nodes or computes links.
 */
export interface NetworkPlan {
  readonly chain: Chain;
  /** The groups, the default group first. */
  readonly groups: readonly GroupPlan[];
  /** The nodes by name, ordered by group and ordinal. */
  readonly nodes: ReadonlyMap<NodeName, NodePlan>;
}

/** Returns the plan of a network. */
export function planNetwork({ nodes }: NetworkPlanInput): NetworkPlan {
  const groups = [{ name: defaultGroup, nodes }];
  const identities = groups.flatMap(({ name: group, nodes }) =>
    Array.from({ length: nodes }, (_, ordinal) => ({ group, ordinal })),
  );
  const names = identities.map(nodeName);
  const links = fullMesh(names.length);
  const peers = linkedPeers(links);
  const named = (positions: readonly number[]) => positions.map((position) => names[position]!);
  return {
    chain: regtest,
    groups,
    nodes: new Map(
      identities.map((identity, position) => {
        const name = names[position]!;
        const node = {
          ...identity,
          name,
          addnode: named(links.addnode[position]!),
          onetry: named(links.onetry[position]!),
          peers: named(peers[position]!),
        };
        return [name, node];
      }),
    ),
  };
}
