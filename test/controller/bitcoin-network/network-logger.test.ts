import { networkLogger } from '../../../controller/bitcoin-network/network-logger.ts';
import { PhaseError } from '../../../controller/bitcoin-network/phase.ts';
import { RecordingLogger } from '../../kube/recording-logger.ts';

describe('networkLogger', () => {
  let log: RecordingLogger;

  beforeEach(() => {
    log = new RecordingLogger();
  });

  test.each(['debug', 'info', 'warn', 'error'] as const)(
    'renames the field key to network, at the level %s',
    (level) => {
      networkLogger(log)[level]({ key: 'lab/alice', failures: 2 }, 'reconcile failed');
      expect(log.entries).toEqual([
        {
          level,
          fields: { network: 'lab/alice', phase: undefined, failures: 2 },
          message: 'reconcile failed',
        },
      ]);
    },
  );

  test('names the phase that failed', () => {
    const err = new PhaseError('peers', new Error('broken'));
    networkLogger(log).warn({ key: 'lab/alice', err }, 'reconcile failed');
    expect(log.entries[0]!.fields).toEqual({ network: 'lab/alice', phase: 'peers', err });
  });

  test('keeps fields without a key', () => {
    networkLogger(log).info({ plural: 'pods' }, 'watch ended');
    expect(log.entries[0]!.fields).toEqual({ plural: 'pods' });
  });
});
