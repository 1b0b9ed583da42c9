export * from './apply.ts';
export * from './clock.ts';
export * from './client.ts';
export * from './errors.ts';
export * from './kube-config.ts';
export * from './logger.ts';
export * from './object.ts';
export * from './transport.ts';
export type { WatchEvent } from './watch.ts';
