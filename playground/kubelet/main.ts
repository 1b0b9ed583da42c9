/**
 * The kubelet's process. The parent starts it with an IPC channel, sends KubeletOptions as the only
 * message and receives `up` when the Node is registered. The kubelet stops its pods on SIGTERM, on
 * SIGINT and when the parent disconnects.
 */
import { once } from 'node:events';
import type { Logger } from '../../kube/runtime/logger.ts';
import { startKubelet, type KubeletOptions } from './kubelet.ts';

/** Prints one line of text for each message, except for debug messages. */
function print(fields: object, message: string): void {
  const words = Object.entries(fields).map(([name, value]) =>
    value instanceof Error ? `${name}=${value.message}` : `${name}=${String(value)}`,
  );
  console.log([message, ...words].join(' '));
}
const log: Logger = { debug: () => undefined, info: print, warn: print, error: print };

const [options] = (await once(process, 'message')) as [KubeletOptions];
const kubelet = await startKubelet(options, log);

let isStopping = false;
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  void kubelet.stop().then(() => process.exit(0));
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (process.connected) process.on('disconnect', stop);
else stop();
process.send?.('up');
