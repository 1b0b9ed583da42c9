import { rm } from 'node:fs/promises';

/** Stops the playground of the integration tests and erases its state. */
export default async function teardown(): Promise<void> {
  const { playground } = globalThis;
  await playground?.stop();
  if (playground) await rm(playground.state.folder, { recursive: true, force: true });
}
