import { countWrites, formatRequests } from '../test/framework/audit-log.ts';
import { Cluster } from '../test/framework/cluster.ts';
import { measureQuietPeriod } from '../test/framework/quiet-period.ts';
import { formatNumber, loadAverage, printFigure, printTitle } from './figures.ts';

const sizes = [50, 300];
const nodes = 3;
const resyncs = 3;

/** Measures the cost of networks that do not change. */
export async function quiet(): Promise<void> {
  printTitle(
    `requests of unchanged networks over ${resyncs} resyncs`,
    `networks of ${nodes} nodes with a fake RPC server; the controller's requests in the audit log ` +
      'of kube-apiserver, including no-op applies and events',
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
  printFigure(`${size} networks, writes per resync without those of Leases`, String(writes));
  printFigure(`${size} networks, all requests`, formatRequests(requests));
  const perNode = formatNumber(rpcCalls / (resyncs * size * nodes));
  printFigure(`${size} networks, RPC calls`, `${rpcCalls}, ${perNode} per node and resync`);
  const milliseconds = formatNumber((cpuSeconds * 1000) / (resyncs * size));
  printFigure(
    `${size} networks, CPU time`,
    `${formatNumber(cpuSeconds)} s, ${milliseconds} ms per network and resync; ` +
      `memory ${formatNumber(memory)} MB; load ${loadAverage()}`,
  );
}
