/**
 * A process that wants to lead: prints `leading` and then writes a ConfigMap every 20 ms, with its
 * name, until its lease is lost or SIGTERM. Run by measure-leader-election.ts.
 */
import { KubeClient } from '../kube/client/client.ts';
import { loadKubeConfig } from '../kube/config/kube-config.ts';
import { LeaderElection } from '../kube/leader-election/leader-election.ts';
import { configMaps } from '../test/kube/resources.ts';

const [namespace = '', identity = ''] = process.argv.slice(2);
const quiet = () => undefined;
const tell = (fact: string) => {
  console.log(JSON.stringify({ identity, fact, at: Date.now() }));
};
const client = KubeClient.fromKubeConfig(loadKubeConfig(), { userAgent: identity });
const election = new LeaderElection({
  client,
  namespace,
  name: 'leader',
  identity,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});
const guarded = client.withGuard(election.guard);
const stop = new AbortController();
process.once('SIGTERM', () => {
  stop.abort();
});
try {
  await election.run(async (signal) => {
    tell('leading');
    while (!signal.aborted) {
      const data = { writer: identity, at: String(Date.now()) };
      const key = { namespace, name: 'work' };
      try {
        await guarded.patch(configMaps, key, { data }, { type: 'merge', signal });
        tell('wrote');
      } catch (error) {
        tell(error instanceof Error ? error.name : 'failed');
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, stop.signal);
  tell('ended');
} catch (error) {
  tell(error instanceof Error ? `ended by ${error.name}` : 'failed');
} finally {
  await client.close();
}
