import type { Pod } from '../../../../controller/cache/workloads.ts';
import { pod, readyStatus } from '../../builders.ts';
import { bitcoindStates } from './states/bitcoind-states.ts';
import { clusterStates } from './states/cluster-states.ts';
import { networkStates } from './states/network-states.ts';
import type { State } from './states/state.ts';

/** Every state with a condition. A new state is a row here and in docs/troubleshooting.md. */
export const states: readonly State[] = [...clusterStates, ...bitcoindStates, ...networkStates];

/** The pods of the nodes that are ready, and the pod of a state. */
export function podsOf({ pod: last = pod('2', readyStatus('10.0.0.2')) }: State): Pod[] {
  const others = (['0', '1'] as const).map((name) => pod(name, readyStatus(`10.0.0.${name}`)));
  return last === 'missing' ? others : [...others, last];
}
