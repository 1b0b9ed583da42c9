import { eventually } from './eventually.ts';
import { Kubectl } from './kubectl.ts';

const deployment = 'deployment/bitcoin-controller';

/** The controller's Deployment in the cluster. */
export class ControllerDeployment {
  readonly kubectl: Kubectl;

  /** @param kubectl in the controller's namespace */
  constructor(kubectl = new Kubectl().in('bitcoin-controller')) {
    this.kubectl = kubectl;
  }

  /** Scales the controller, and waits until the pods follow. */
  async scale(replicas: number): Promise<void> {
    await this.kubectl.run(['scale', deployment, `--replicas=${replicas}`]);
    await this.waitForRollout();
    if (replicas > 0) return;
    await eventually(60, async () => {
      expect(await this.podNames()).toEqual([]);
    });
  }

  /** Starts a rolling restart. */
  async restart(): Promise<void> {
    await this.kubectl.run(['rollout', 'restart', deployment]);
  }

  async waitForRollout(): Promise<void> {
    await this.kubectl.run(['rollout', 'status', deployment, '--timeout=60s']);
  }

  async podNames(): Promise<string[]> {
    const { items } = await this.kubectl.get<{ items: { metadata: { name: string } }[] }>('pods');
    return items.map(({ metadata }) => metadata.name);
  }

  /** Waits until there is one pod: after a rollout, the old one may still be terminating. */
  onlyPod(): Promise<string> {
    return eventually(60, async () => {
      const pods = await this.podNames();
      expect(pods).toHaveLength(1);
      return pods[0]!;
    });
  }

  /** @param pod the Deployment's pod by default */
  logs(pod = deployment): Promise<string> {
    return this.kubectl.run(['logs', pod]);
  }
}
