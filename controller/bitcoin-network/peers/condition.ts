import {
  inboundSlots,
  maxConnections,
  requiredInboundSlots,
  reservedConnections,
} from '../../../bitcoin/peers/connection-slots.ts';
import type { RpcError } from '../../../bitcoin/rpc/error.ts';
import { joinLimited, pluralize } from '../message.ts';
import { networkCondition, type NetworkCondition } from '../reasons.ts';
import type { Scope } from '../scope.ts';
import type { PeersResult } from './reconcile.ts';

const type = 'PeersConnected';

/** The part of {@link PeersResult} that the status reports. */
export type ReportedPeers = Omit<PeersResult, 'isPending' | 'views' | 'connected'>;

/**
 * Returns the condition PeersConnected: whether every planned link is up, as far as the nodes
 * report.
 *
 * @param peers undefined if the phase failed with `error`
 */
export function peersCondition(
  scope: Pick<Scope, 'network' | 'plan' | 'names'>,
  peers: ReportedPeers | undefined,
  error?: unknown,
): NetworkCondition {
  const { plan, names } = scope;
  if (!peers) {
    const message = error instanceof Error ? error.message : String(error);
    return networkCondition(type, 'RpcFailed', message);
  }
  const failures = [...peers.failures.values()];
  if (failures.length > 0) return failureCondition(failures, names.statefulSet());
  const total = plan.nodes.size;
  if (peers.down.length > 0) {
    const down = `${pluralize(peers.down.length, 'planned link')} down: ${joinLimited(peers.down)}`;
    const missing = missingSlots(scope);
    return missing === undefined
      ? networkCondition(type, 'LinksDown', down)
      : networkCondition(type, 'ExceedsConnectionSlots', `${missing}; ${down}`);
  }
  if (peers.complete.size < total) {
    const message = `${peers.complete.size} of ${total} nodes respond to RPC`;
    return networkCondition(type, 'LinksDown', message);
  }
  return networkCondition(type, 'AllLinksUp', 'every planned link is up');
}

/** Returns why maxconnections prevents links; undefined if it does not. */
function missingSlots({ network, plan }: Pick<Scope, 'network' | 'plan'>): string | undefined {
  const options = network.spec.config;
  const slots = inboundSlots(options);
  const required = requiredInboundSlots(plan);
  if (slots >= required) return undefined;
  return (
    `maxconnections ${maxConnections(options)} lets each node accept ${pluralize(slots, 'peer')}, ` +
    `because bitcoind reserves ${reservedConnections}, and the planned links need ${required}: ` +
    `set spec.config.maxconnections to ${reservedConnections + required} or more`
  );
}

function failureCondition(failures: readonly RpcError[], statefulSet: string): NetworkCondition {
  const unauthorized = failures.find(({ failure }) => failure === 'unauthorized');
  if (unauthorized) {
    const message =
      `${unauthorized.message}: the nodes reject the controller's RPC credentials; restart them: ` +
      `kubectl rollout restart statefulset ${statefulSet}`;
    return networkCondition(type, 'RpcUnauthorized', message);
  }
  const [first] = failures as [RpcError];
  const isUnreachable = first.failure === 'unreachable' || first.failure === 'timeout';
  const message = `${pluralize(failures.length, 'ready node')} did not respond to RPC; ${first.message}`;
  return networkCondition(type, isUnreachable ? 'RpcUnreachable' : 'RpcFailed', message);
}
