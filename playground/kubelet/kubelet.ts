import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Reflector } from '../../kube/cache/reflector.ts';
import { KubeClient } from '../../kube/client/client.ts';
import { loadKubeConfig } from '../../kube/config/kube-config.ts';
import { systemClock } from '../../kube/runtime/clock.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import type { Pod } from './api/pod.ts';
import { pods as podResource } from './api/resources.ts';
import { imageTable, type ImageTableOptions } from './containers/image-table.ts';
import { NodeObject } from './node/node-object.ts';
import { AddressPool } from './pods/address-pool.ts';
import { PodEvents } from './pods/pod-events.ts';
import { Pods } from './pods/pods.ts';
import { ObjectCache } from './references/object-cache.ts';
import { HostMounts } from './sandbox/host-mounts.ts';
import { SandboxRuntime } from './sandbox/sandbox-runtime.ts';
import { findTools } from './sandbox/tools.ts';
import { KubeletServer, type ServerTls } from './server/kubelet-server.ts';

/** The settings of a kubelet, which can be serialized. */
export interface KubeletOptions extends ImageTableOptions {
  /** A kubeconfig of the user system:node:NAME in the group system:nodes. */
  readonly kubeconfig: string;
  /** The name of the Node. */
  readonly name: string;
  /** The folder for the pods' files, which the next kubelet uses again. */
  readonly state: string;
  /** The files of the server that the API server calls; its certificate is for 127.0.0.1. */
  readonly tls: ServerTls;
  /** The API server's address, for KUBERNETES_SERVICE_HOST and _PORT in pods. */
  readonly apiServer: { readonly host: string; readonly port: number };
}

export interface RunningKubelet {
  /**
   * Stops the containers of every pod in order within 10 s and then by force. The pods remain bound
   * to the node.
   */
  stop(): Promise<void>;
}

const address = '127.0.0.1';
/** Grace period for all pods when the kubelet stops, in ms; their own apply to deletions only. */
const stopGracePeriod = 10_000;

/**
 * Registers a Node with the API server and runs the pods bound to it as processes of this machine.
 *
 * @throws Error if the machine cannot run sandboxes or the API server rejects the Node
 */
export async function startKubelet(options: KubeletOptions, log: Logger): Promise<RunningKubelet> {
  const { name, apiServer } = options;
  const clock = systemClock;
  const tools = findTools();
  const client = KubeClient.fromKubeConfig(loadKubeConfig({ flag: options.kubeconfig }), {
    userAgent: `playground-node/${name}`,
    // One watch for each Secret and ConfigMap that a pod refers to.
    maxConnections: Infinity,
  });
  await mkdir(join(options.state, 'pods'), { recursive: true });
  const folder = await realpath(join(options.state, 'pods'));
  const addresses = await AddressPool.claim(folder);
  const events = new PodEvents({ client, clock, log, nodeName: name });
  const objects = new ObjectCache({ client, clock, log });
  const pods = new Pods(folder, {
    client,
    clock,
    log,
    events,
    objects,
    addresses,
    runtime: new SandboxRuntime(tools, HostMounts.read()),
    images: imageTable(options),
    hostIP: address,
    kubeletEnv: {
      KUBERNETES_SERVICE_HOST: apiServer.host,
      KUBERNETES_SERVICE_PORT: String(apiServer.port),
      KUBERNETES_SERVICE_PORT_HTTPS: String(apiServer.port),
    },
  });
  const server = new KubeletServer(pods, clock, options.tls);
  const kubeletPort = await server.listen(address);
  const node = new NodeObject({ client, clock, log, name, address, kubeletPort });
  await node.start();
  const stop = new AbortController();
  const reflector = new Reflector<Pod>({
    client,
    log,
    resource: podResource,
    fieldSelector: `spec.nodeName=${name}`,
    onChange: ({ type, object }) => {
      if (type === 'deleted') pods.remove(object);
      else pods.update(object);
    },
  });
  const watching = reflector.run(stop.signal);
  await reflector.waitForSync(stop.signal);
  await pods.eraseLeftovers();
  return {
    async stop() {
      node.stop();
      stop.abort(new Error('stopped'));
      await watching;
      await pods.close(stopGracePeriod);
      await objects.stop();
      await server.close();
      addresses.close();
      await client.close();
    },
  };
}
