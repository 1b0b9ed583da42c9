import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import { containerEnv, expandVariables, type Lookup } from '../references/environment.ts';
import type { PodFacts } from '../references/field-ref.ts';
import type { StartRequest } from '../runtime/runtime.ts';
import type { Volume } from '../volumes/volume.ts';
import type { Image } from './image-table.ts';
import { volumeMounts } from './volume-mounts.ts';

/** The properties that the containers of one pod share. */
export interface ContainerContext {
  readonly facts: PodFacts;
  readonly lookup: Lookup;
  readonly volumes: ReadonlyMap<string, Volume>;
  /** The pod's folder on the host. */
  readonly folder: string;
  readonly hostsFile: string;
  readonly hostname: string;
  /** Variables that the kubelet sets in every container. */
  readonly kubeletEnv: Readonly<Record<string, string>>;
}

/** The run of a container that a request starts. */
export interface RunSpec {
  readonly spec: V1Container;
  readonly image: Image;
  readonly context: ContainerContext;
  /** Counts the runs of the container from 0. */
  readonly number: number;
}

/**
 * Builds the request that starts a run, and creates the file for its termination message.
 *
 * @throws ConfigError if an object that the spec refers to is missing
 */
export async function startRequest(run: RunSpec): Promise<Omit<StartRequest, 'onOutput'>> {
  const { spec, image, context } = run;
  const env = containerEnv(spec, context.facts, context.lookup, {
    ...image.env,
    ...context.kubeletEnv,
    HOSTNAME: context.hostname,
    HOME: '/',
  });
  const mounts = await volumeMounts(spec, context.volumes, env);
  const message = messageFile(run);
  await mkdir(dirname(message), { recursive: true });
  await writeFile(message, '');
  const messagePath = spec.terminationMessagePath ?? '/dev/termination-log';
  return {
    scratch: scratchFolder(run),
    imageMounts: image.mounts,
    links: image.links,
    readOnly: spec.securityContext?.readOnlyRootFilesystem ?? false,
    workingDir: spec.workingDir ?? image.workingDir,
    hostname: context.hostname,
    hostsFile: context.hostsFile,
    mounts: [...mounts, { source: message, target: messagePath, readOnly: false }],
    argv: commandLine(spec, image).map((word) => expandVariables(word, env)),
    env,
  };
}

/** The folder of a run on the host. */
export function scratchFolder({ context, spec, number }: RunSpec): string {
  return join(context.folder, 'containers', spec.name, String(number));
}

/** The file that the container sees at its terminationMessagePath. */
export function messageFile(run: RunSpec): string {
  return `${scratchFolder(run)}.message`;
}

/** Combines spec and image as Kubernetes does: a command without args drops the image's args. */
function commandLine({ command, args }: V1Container, image: Image): readonly string[] {
  if (command && command.length > 0) return [...command, ...(args ?? [])];
  const imageArgs = args && args.length > 0 ? args : image.command;
  return [...image.entrypoint, ...imageArgs];
}
