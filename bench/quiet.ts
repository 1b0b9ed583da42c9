import { countWrites, formatRequests } from '../test/framework/audit-log.ts';
import { Cluster } from '../test/framework/cluster.ts';
import { measureQuietPeriod } from '../test/framework/quiet-period.ts';
import { figure, load, short, title } from './figures.ts';

const sizes = [50, 300];
const nodes = 3;
const resyncs = 3;

/** What a converged cluster costs. */
export async function quiet(): Promise<void> {
  title(
    `writes per converged resync, ${resyncs} resyncs`,
    `networks of ${nodes} nodes on a fake node that answers RPC; requests of the controller's ` +
      "user in kube-apiserver's audit log, no-op applies and events included",
  );
  for (const size of sizes) await Cluster.use((cluster) => measure(cluster, size));
}

async function measure(cluster: Cluster, size: number): Promise<void> {
  const { requests, rpcCalls, cpuSeconds, memory } = await measureQuietPeriod(cluster, {
    networks: size,
    nodes,
    resyncs,
  });
  const writes = countWrites(requests) / resyncs;
  figure(`${size} networks, writes per resync, Leases aside`, String(writes));
  figure(`${size} networks, all requests`, formatRequests(requests));
  const perNode = short(rpcCalls / (resyncs * size * nodes));
  figure(`${size} networks, RPC calls`, `${rpcCalls}, ${perNode} per node and resync`);
  figure(
    `${size} networks, processor time`,
    `${short(cpuSeconds)} s, ${short((cpuSeconds * 1000) / (resyncs * size))} ms per network and resync; ` +
      `memory ${short(memory)} MB; load ${load()}`,
  );
}
