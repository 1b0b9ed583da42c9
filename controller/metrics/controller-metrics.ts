import type { KubeClient } from '../../kube/client/client.ts';
import { serveMetrics } from '../../kube/metrics-server/server.ts';
import type { ListeningServer } from '../../kube/runtime/listen.ts';
import { TokenAuthorizer } from '../../kube/metrics-server/token-authorizer.ts';
import type { Metrics } from '../../kube/metrics/metrics.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import type { RpcObserver } from '../bitcoin-network/scope.ts';
import { KubeMetrics } from './kube-metrics.ts';
import { limits } from './limits.ts';
import { NetworkMetrics, type NetworkSource } from './network-metrics.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { MetricsRegistry } from './registry.ts';
import { RpcMetrics } from './rpc-metrics.ts';

/** Where and to whom metrics are served. */
export interface MetricsAddress {
  /** @default all addresses */
  readonly host: string | undefined;
  readonly port: number;
  /** Whether the API server authenticates and authorizes each request. */
  readonly authenticates: boolean;
  /** Folder with tls.crt and tls.key. @default none: HTTP */
  readonly certificateFolder: string | undefined;
}

/** The metrics of this controller. This module is loaded only if metrics are served. */
export class ControllerMetrics {
  readonly kube: Metrics;
  readonly onRpc: RpcObserver;
  readonly #registry: MetricsRegistry;
  readonly #networks: NetworkMetrics;

  private constructor(registry: MetricsRegistry) {
    this.#registry = registry;
    this.kube = new KubeMetrics(registry);
    const rpc = new RpcMetrics(registry, limits.networks);
    this.onRpc = rpc.record.bind(rpc);
    this.#networks = new NetworkMetrics(registry, rpc);
    addProcessMetrics(registry);
  }

  static async load(): Promise<ControllerMetrics> {
    return new ControllerMetrics(await MetricsRegistry.load());
  }

  /**
   * Serves the metrics of this process and of the networks.
   *
   * @param client sends the reviews of tokens, whether this process leads or not
   * @throws Error if the port is in use or the certificate cannot be read
   */
  async serve(
    { authenticates, ...address }: MetricsAddress,
    networks: NetworkSource,
    client: KubeClient,
    log: Logger,
  ): Promise<ListeningServer> {
    this.#registry.onCollect(() => this.#networks.collect(networks));
    const server = await serveMetrics({
      ...address,
      log,
      contentType: this.#registry.contentType,
      render: () => this.#registry.render(),
      ...(authenticates && { authorizer: new TokenAuthorizer({ client, log }) }),
    });
    log.info({ port: server.port, authenticates }, 'serving metrics');
    return server;
  }
}
