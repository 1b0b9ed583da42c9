import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installController } from '../playground/install.ts';
import { Playground } from '../playground/playground.ts';
import { terminalReporter } from '../playground/reporter.ts';

declare global {
  var playground: Playground | undefined;
}

/** Starts a playground for the integration tests and sets KUBECONFIG and KUBECTL. */
export default async function setup(): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'playground-'));
  const reporter = terminalReporter(process.stderr, false);
  globalThis.playground = await Playground.start({ state, port: 0, reporter });
  process.env.KUBECONFIG = globalThis.playground.kubeconfig;
  process.env.KUBECTL = globalThis.playground.kubectl;
  await installController(globalThis.playground);
}
