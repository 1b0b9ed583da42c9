import { countWrites, formatRequests } from '../framework/audit-log.ts';
import { Cluster } from '../framework/cluster.ts';
import { measureQuietPeriod } from '../framework/quiet-period.ts';
import { step } from '../framework/step.ts';
import { faultScale } from './fault-scale.ts';

/** While nothing changes, the controller only queries its nodes and renews its Lease. */

const networks = faultScale(50, 10);
const nodes = 3;
const resyncs = faultScale(3, 1);

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start();
}, 120_000);

afterAll(() => cluster.stop(), 60_000);

step(
  `the controller of ${networks} unchanged networks writes nothing, not even an event`,
  async () => {
    const { requests, rpcCalls, cpuSeconds } = await measureQuietPeriod(cluster, {
      networks,
      nodes,
      resyncs,
    });
    const perResync = (sum: number) => (sum / resyncs).toPrecision(3);
    process.stderr.write(
      `        per resync: ${perResync(rpcCalls)} RPC calls, ${perResync(cpuSeconds)} s of CPU time\n`,
    );
    // A failure shows the requests beside the number of writes.
    const writes = [countWrites(requests), formatRequests(requests)];
    expect(writes).toEqual([0, expect.any(String)]);
    // The controller is still working.
    expect(rpcCalls).toBeGreaterThan(0);
    // A resync queries the addnode list, the peers and the chain of each node. One more reconcile
    // follows 10 s after the nodes are ready, when the StatefulSet reports them available.
    expect(rpcCalls).toBeLessThanOrEqual(3 * (resyncs + 2) * networks * nodes);
  },
  300,
);
