/**
 * The virtual node as a process of its own. Its parent sends it the options as one message; it
 * answers with one when the node is up, and stops its pods on SIGTERM.
 */
import { once } from 'node:events';
import { startNode } from './node/node.ts';
import type { NodeOptions } from './node/node.ts';

const [options] = (await once(process, 'message')) as [Omit<NodeOptions, 'log'>];
const node = await startNode({ ...options, log: console.log });
process.once('SIGTERM', () => {
  void node.stop().then(() => process.exit(0));
});
process.send?.('up');
