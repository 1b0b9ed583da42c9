import { countWrites, formatRequests } from '../framework/audit-log.ts';
import { Cluster } from '../framework/cluster.ts';
import { measureQuietPeriod } from '../framework/quiet-period.ts';
import { step } from '../framework/step.ts';
import { faultScale } from './fault-scale.ts';

/** Where nothing happens, the controller does nothing: it reads its nodes and renews its Lease. */

const networks = faultScale(50, 10);
const nodes = 3;
const resyncs = faultScale(3, 1);

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start();
}, 120_000);

afterAll(() => cluster.stop(), 60_000);

step(
  `${networks} networks, ${resyncs} resyncs: no write, and no event`,
  async () => {
    const { requests, rpcCalls, cpuSeconds } = await measureQuietPeriod(cluster, {
      networks,
      nodes,
      resyncs,
    });
    const perResync = (sum: number) => (sum / resyncs).toPrecision(3);
    process.stderr.write(
      `        a resync: ${perResync(rpcCalls)} calls of RPC, ${perResync(cpuSeconds)} s of processor time\n`,
    );
    // What they were is only there to be read.
    const writes = [countWrites(requests), formatRequests(requests)];
    expect(writes).toEqual([0, expect.any(String)]);
    // A resync asks each node for its list and its peers, in one request. One more look
    // comes 10 s after the nodes are ready, when the StatefulSet calls them available.
    expect(rpcCalls).toBeLessThanOrEqual(2 * (resyncs + 2) * networks * nodes);
  },
  300,
);
