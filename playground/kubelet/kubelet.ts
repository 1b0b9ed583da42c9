import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeClient } from '../../kube/client/client.ts';
import { systemClock } from '../../kube/runtime/clock.ts';
import { Reflector } from '../../kube/cache/reflector.ts';
import { AddressPool } from './pods/address-pool.ts';
import { PodEvents } from './events.ts';
import { HostMounts } from './sandbox/host-mounts.ts';
import { imageTable, type ImageTableOptions } from './containers/image-table.ts';
import { KubeletServer, type ServerTls } from './server/kubelet-server.ts';
import { lineLogger } from './logs/line-logger.ts';
import { NodeObject } from './node-object.ts';
import { NodeTransport } from './node-transport.ts';
import { ObjectCache } from './object-cache.ts';
import type { Pod } from './pods/pod-types.ts';
import { Pods } from './pods/pods.ts';
import { pods as podResource } from './resources.ts';
import { SandboxRuntime } from './runtime.ts';
import { findTools } from './sandbox/tools.ts';

export interface NodeOptions extends ImageTableOptions {
  /** File with the credentials of user system:node:NAME in group system:nodes. */
  readonly kubeconfig: string;
  /** Name of the Node. */
  readonly name: string;
  /** Folder for the pods' files; what is in it is used again after a restart. */
  readonly state: string;
  /** For the server that the API server calls; the certificate is for 127.0.0.1. */
  readonly tls: ServerTls;
  /** What pods find as KUBERNETES_SERVICE_HOST and _PORT. */
  readonly apiServer: { readonly host: string; readonly port: number };
  readonly log: (line: string) => void;
}

export interface RunningNode {
  /** Ends every pod's processes, in order within 10 s and then by force; the pods stay bound. */
  stop(): Promise<void>;
}

const address = '127.0.0.1';
/** What pods get to stop with the node, in ms: their own grace periods are for their deletion. */
const stopGrace = 10_000;

/**
 * Registers a Node with the API server and runs the pods bound to it as processes of this machine.
 *
 * @throws Error when the machine cannot make sandboxes, or the API server refuses the node
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { name, apiServer } = options;
  const clock = systemClock;
  const log = lineLogger(options.log);
  const tools = findTools();
  const transport = new NodeTransport(await readFile(options.kubeconfig, 'utf8'));
  const client = new KubeClient(transport, { userAgent: `playground-node/${name}` });
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
    nodeEnv: {
      KUBERNETES_SERVICE_HOST: apiServer.host,
      KUBERNETES_SERVICE_PORT: String(apiServer.port),
      KUBERNETES_SERVICE_PORT_HTTPS: String(apiServer.port),
    },
  });
  const server = new KubeletServer(pods, clock, options.tls);
  const kubeletPort = await server.listen(address);
  const node = new NodeObject({ client, clock, log, name, address: address, kubeletPort });
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
      await pods.close(stopGrace);
      await objects.stop();
      await server.close();
      addresses.close();
      await client.close();
    },
  };
}
