import { KubeClient, loadKubeConfig } from '../../kube/index.ts';
import { allowedAccess, serviceAccount, verbs, type Subject } from './access-review.ts';
import { discoverResources, type ApiResource } from './api-resources.ts';

/** Discovery does not list this subresource. */
const finalizers: ApiResource = {
  group: 'bitcoincontroller.christianb93.github.com',
  resource: 'bitcoinnetworks',
  subresource: 'finalizers',
  namespaced: true,
};

/** The permissions of users, from access reviews for every verb on every resource. */
export class Permissions {
  readonly #client: KubeClient;
  readonly #targets: readonly ApiResource[];
  /** The permissions of an account without roles, by namespace and name. */
  readonly #nobody = new Map<string, ReadonlySet<string>>();

  private constructor(client: KubeClient, targets: readonly ApiResource[]) {
    this.#client = client;
    this.#targets = targets;
  }

  /** Discovers the resources of the cluster of KUBECONFIG. */
  static async discover(): Promise<Permissions> {
    const client = KubeClient.fromKubeConfig(loadKubeConfig(), { userAgent: 'permissions' });
    return new Permissions(client, [...(await discoverResources(client)), finalizers]);
  }

  /**
   * Returns the permissions of a user beyond those of an account without roles, sorted, as
   * `VERB RESOURCE.GROUP/SUBRESOURCE NAME`.
   *
   * @param namespace empty for all namespaces
   * @param name of the objects; empty for all
   */
  async of(subject: Subject, namespace: string, name = ''): Promise<string[]> {
    const questions = this.#targets
      .filter((target) => target.namespaced || namespace === '')
      .flatMap((target) => verbs.map((verb) => ({ verb, target, namespace, name })));
    const key = `${namespace}/${name}`;
    const nobody =
      this.#nobody.get(key) ??
      (await allowedAccess(this.#client, serviceAccount('default', 'nobody'), questions));
    this.#nobody.set(key, nobody);
    const permissions = await allowedAccess(this.#client, subject, questions);
    process.stderr.write(
      `        ${questions.length} access reviews for ${namespace || 'all namespaces'}\n`,
    );
    return [...permissions].filter((permission) => !nobody.has(permission)).sort();
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
