import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildGoTools } from '../programs/go-tools.ts';

/** Time limit in ms for a hook that calls {@link buildHelm} with an empty cache. */
export const helmBuildLimit = 1_200_000;

/** The paths of Helm 3, Helm 4 and an OCI registry. */
export interface HelmPrograms {
  readonly helm3: string;
  readonly helm4: string;
  readonly registry: string;
}

/** Builds the programs of the Go module test/programs/helm, or finds them in the cache. */
export async function buildHelm(): Promise<HelmPrograms> {
  const gomod = await readFile(join(import.meta.dirname, '../programs/helm/go.mod'), 'utf8');
  const versionOf = (module: string) => new RegExp(`${module} v(\\S+)`).exec(gomod)![1]!;
  const helm = (major: string, variables: Readonly<Record<string, string>> = {}) => {
    const module = `helm.sh/helm/${major}`;
    const version = { [`${module}/internal/version.version`]: `v${versionOf(module)}` };
    return { package: `${module}/cmd/helm`, variables: { ...version, ...variables } };
  };
  // The version of Kubernetes without a cluster. client-go 0.x is that of Kubernetes 1.x.
  const minor = versionOf('k8s.io/client-go').split('.')[1]!;
  const bin = await buildGoTools('helm', {
    helm3: helm('v3', {
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor': minor,
      'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor': '1',
      'helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor': minor,
    }),
    helm4: helm('v4'),
    registry: { package: 'github.com/google/go-containerregistry/cmd/registry' },
  });
  const path = (name: string) => join(bin, name);
  return { helm3: path('helm3'), helm4: path('helm4'), registry: path('registry') };
}

/** Runs Helm as a user does, with its configuration in a folder of its own. */
export class Helm {
  readonly #program: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;

  private constructor(program: string, folder: string, kubeconfig?: string) {
    this.#program = program;
    this.#folder = folder;
    this.#env = {
      HELM_CACHE_HOME: join(folder, 'cache'),
      HELM_CONFIG_HOME: join(folder, 'config'),
      HELM_DATA_HOME: join(folder, 'data'),
      ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }),
    };
  }

  /** @param kubeconfig for commands that need a cluster */
  static async create(program: string, kubeconfig?: string): Promise<Helm> {
    return new Helm(program, await mkdtemp(join(tmpdir(), 'helm-')), kubeconfig);
  }

  /**
   * @returns standard output
   * @throws ExecaError with the standard error
   */
  async run(...args: readonly string[]): Promise<string> {
    const { stdout } = await execa(this.#program, args, { env: this.#env });
    return stdout;
  }

  /** Deletes the configuration. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
