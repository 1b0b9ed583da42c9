import type { Observations } from '../../../../../controller/bitcoin-network/status/status.ts';
import type { Pod } from '../../../../../controller/cache/workloads.ts';
import { pod } from '../../../builders.ts';

/** When the problems of the table began. The table is evaluated 1 minute and 6 minutes later. */
export const since = '2026-01-01T12:00:00Z';

/** A state of a network of 3 nodes, and what its conditions say. */
export interface State {
  readonly title: string;
  /** The pod of node 2; the others are ready. @default ready */
  readonly pod?: Pod | 'missing';
  readonly observations?: Partial<Observations>;
  /** The condition that reports it, such as `Ready=False NodeFailing`. */
  readonly condition: string;
  /** When Stalled becomes True. @default never */
  readonly stalled?: 'at once' | 'after 5 minutes';
  readonly message: string;
  /** A part of the message that has a row in docs/troubleshooting.md. */
  readonly row: string;
}

export const notReady = { type: 'Ready', status: 'False', lastTransitionTime: since };
export const failing = 'Ready=False NodeFailing';
export const waiting = 'Ready=False NodesNotReady';
export const counted = (text: string) => `2 of 3 nodes are ready; ${text}`;
export const ofNode = (text: string) => counted(`alice-sts-2: ${text}`);

export const podWith = (status: Pod['status'], metadata: Partial<Pod['metadata']> = {}): Pod => ({
  ...pod('2', { conditions: [notReady], ...status }, metadata),
  spec: { nodeName: 'worker-1' },
});
export const waitingFor = (reason: string, message: string) =>
  podWith({ containerStatuses: [{ name: 'bitcoind', state: { waiting: { reason, message } } }] });
export const crashed = (exitCode: number, reason: string, message = '') =>
  podWith({
    containerStatuses: [
      {
        name: 'bitcoind',
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
        lastState: { terminated: { exitCode, reason, message } },
      },
    ],
  });
export const refused = (message: string): Partial<Observations> => ({
  refusal: { message, since: Date.parse(since) },
});
