/**
 * The node as a process of its own, started with child_process.fork: the parent sends NodeOptions
 * without `log` as its one message and gets `up` when the node is registered. The node stops its
 * pods on SIGTERM or SIGINT, and dies with its parent.
 */
import { once } from 'node:events';
import { startNode, type NodeOptions } from './kubelet.ts';

const [options] = (await once(process, 'message')) as [Omit<NodeOptions, 'log'>];
const node = await startNode({
  ...options,
  log: (line) => {
    console.log(line);
  },
});

let isStopping = false;
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  void node.stop().then(() => process.exit(0));
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (process.connected) process.on('disconnect', stop);
else stop();
process.send?.('up');
