/** Name of the group that spec.nodes counts. */
export const defaultGroup = 'default';

/** Names that no other group may have, because names of objects contain them in the same place. */
const reservedGroups = [
  ...[defaultGroup, 'sts', 'svc', 'config', 'connection'],
  ...['node', 'rpc', 'p2p', 'zmq', 'rest'],
];

/** A regular expression for the name of a group other than the default group. */
export const groupName = `(?!(?:${reservedGroups.join('|')})(?:-|$))[a-z][a-z0-9]{0,29}`;

const nodeNamePattern = new RegExp(`^(?:(${groupName})-)?(0|[1-9]\\d*)$`);

/**
 * The name of a node, the same in spec, status, events and files: `0` is node 0 of the default
 * group, `old-1` is node 1 of the group `old`. The name of a group starts with a letter, so no two
 * nodes share a name.
 */
export type NodeName = `${number}` | `${string}-${number}`;

/** A group and an ordinal in it; every node has exactly one of each. */
export interface NodeIdentity {
  readonly group: string;
  /** Ordinal of the node's pod in the StatefulSet of its group. */
  readonly ordinal: number;
}

/** Returns the name of a node. */
export function nodeName({ group, ordinal }: NodeIdentity): NodeName {
  return group === defaultGroup ? `${ordinal}` : `${group}-${ordinal}`;
}

/** Returns the group and the ordinal of a node name, or undefined if the text is not one. */
export function parseNodeName(text: string): NodeIdentity | undefined {
  const match = nodeNamePattern.exec(text);
  if (!match) return undefined;
  return { group: match[1] ?? defaultGroup, ordinal: Number(match[2]) };
}
