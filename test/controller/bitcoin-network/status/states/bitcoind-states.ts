import { crashed, failing, ofNode, type State } from './state.ts';

/** Problems that bitcoind or the start script reports. */
export const bitcoindStates: readonly State[] = [
  ...[
    ['start.sh:', 'Error: start.sh: BC_RPC_USER in the Secret is empty: set a value'],
    ['Unsupported logging category', 'Error: Unsupported logging category -debug=net,validation.'],
    [
      'contains a "bitcoin.conf" file which is ignored',
      'Error: Data directory "/data" contains a "bitcoin.conf" file which is ignored',
    ],
    [
      'Please restart with -reindex',
      'Error: Error opening coins database. Please restart with -reindex to recover.',
    ],
  ].map(([row, message]): State => ({
    title: `a start that fails: ${row!}`,
    pod: crashed(1, 'Error', message),
    condition: failing,
    stalled: 'at once',
    message: ofNode(message!),
    row: row!,
  })),
  ...[
    ['Disk space is too low', 'Error: A fatal internal error occurred: Disk space is too low!'],
    ['Cannot obtain a lock', 'Error: Cannot obtain a lock on directory /data/regtest.'],
  ].map(([row, message]): State => ({
    title: `a start that fails, which time may solve: ${row!}`,
    pod: crashed(1, 'Error', message),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode(message!),
    row: row!,
  })),
  {
    title: 'a crash of bitcoind',
    pod: crashed(139, 'Error', 'UpdateTip: height=5'),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode('killed by SIGSEGV: UpdateTip: height=5'),
    row: 'killed by',
  },
];
