import { maxAddnodeConnections, type LinkPlan } from '../link.ts';

/**
 * Links every pair of nodes. Node i dials i+1, i+2, ... modulo the number of nodes. With up to 9
 * nodes every node lists all others. With up to 17 the addnode lists cover every pair in one
 * direction. Beyond that, `onetry` covers the remaining pairs.
 *
 * @param nodes number of nodes, 0 or more
 */
export function fullMesh(nodes: number): LinkPlan {
  const ordinals = Array.from({ length: nodes }, (_, ordinal) => ordinal);
  const listed = Math.min(nodes - 1, maxAddnodeConnections);
  const half = Math.floor(nodes / 2);
  const peersAt = (ordinal: number, first: number, last: number) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (ordinal + first + i) % nodes);
  return {
    addnode: ordinals.map((ordinal) => peersAt(ordinal, 1, listed)),
    // In an even ring both ends are n/2 steps from the opposite node, so only the lower one dials.
    onetry: ordinals.map((ordinal) =>
      peersAt(ordinal, listed + 1, nodes % 2 === 0 && ordinal >= half ? half - 1 : half),
    ),
  };
}
