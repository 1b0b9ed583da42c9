import { mkdir, rm } from 'node:fs/promises';
import type { RunningContainer, Runtime, StartRequest } from '../runtime/runtime.ts';
import type { HostMounts } from './host-mounts.ts';
import { createRoot } from './root.ts';
import { SandboxProcess } from './sandbox-process.ts';
import type { Tools } from './tools.ts';

/** Runs containers as processes of this machine, each with its own root and namespaces. */
export class SandboxRuntime implements Runtime {
  readonly #tools: Tools;
  readonly #host: HostMounts;

  constructor(tools: Tools, host: HostMounts) {
    this.#tools = tools;
    this.#host = host;
  }

  async start(request: StartRequest): Promise<RunningContainer> {
    const { scratch, hostname, workingDir, argv, env, onOutput } = request;
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    await createRoot(scratch, request, this.#host);
    const spec = { scratch, hostname, workingDir, argv, env };
    return SandboxProcess.start(this.#tools, spec, onOutput);
  }
}
