/**
 * A contender for a Lease, which measure-leader-election.ts runs. While it is the leader, it writes
 * its name to the ConfigMap `work` every 20 ms. It runs until it loses the Lease or receives
 * SIGTERM, and prints its events as JSON lines.
 *
 *   KUBECONFIG=... node scripts/lease-contender.ts NAMESPACE IDENTITY
 */
import { KubeClient } from '../kube/client/client.ts';
import { loadKubeConfig } from '../kube/config/kube-config.ts';
import { LeaderElection } from '../kube/leader-election/leader-election.ts';
import { configMaps } from '../test/kube/resources.ts';

const [namespace = '', identity = ''] = process.argv.slice(2);
const discard = () => undefined;
const report = (event: string) => {
  console.log(JSON.stringify({ identity, event, at: Date.now() }));
};
const client = KubeClient.fromKubeConfig(loadKubeConfig(), { userAgent: identity });
const election = new LeaderElection({
  client,
  namespace,
  name: 'leader',
  identity,
  log: { debug: discard, info: discard, warn: discard, error: discard },
});
const guarded = client.withGuard(election.guard);
const stop = new AbortController();
process.once('SIGTERM', () => {
  stop.abort();
});
try {
  await election.run(async (signal) => {
    report('leading');
    while (!signal.aborted) {
      const data = { writer: identity, at: String(Date.now()) };
      const key = { namespace, name: 'work' };
      try {
        await guarded.patch(configMaps, key, { data }, { type: 'merge', signal });
        report('wrote');
      } catch (error) {
        report(error instanceof Error ? error.name : 'failed');
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, stop.signal);
  report('ended');
} catch (error) {
  report(error instanceof Error ? `ended by ${error.name}` : 'failed');
} finally {
  await client.close();
}
