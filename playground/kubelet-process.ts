import { dirname, join } from 'node:path';
import { kubeconfigOf } from './control-plane/server-flags.ts';
import { Server } from './control-plane/server.ts';
import type { State } from './control-plane/state.ts';
import type { KubeletOptions } from './kubelet/kubelet.ts';

/** The image in dist/controller.yaml, in whose place the kubelet runs this checkout's build. */
const controllerImage = 'localhost/bitcoin-controller';

/** Starts the kubelet's process, which loads its modules and waits for {@link setUpKubelet}. */
export function spawnKubelet(state: State): Server {
  return Server.start({
    name: 'the kubelet',
    file: process.execPath,
    args: [join(import.meta.dirname, 'kubelet/main.ts')],
    // Compiled code that is loaded from a file does not occupy memory that every fork would copy.
    env: { ...process.env, NODE_COMPILE_CACHE: state.compileCache },
    log: join(state.logs, 'node.log'),
    ipc: true,
  });
}

/**
 * Sends the kubelet its options and waits until its Node is registered.
 *
 * @param nodeName the name of the Node
 * @param bitcoind the path of bitcoind, with bitcoin-cli in the same folder
 * @param port the API server's port on 127.0.0.1
 * @throws PlaygroundError if the kubelet exits
 */
export async function setUpKubelet(
  kubelet: Server,
  state: State,
  settings: { readonly nodeName: string; readonly bitcoind: string; readonly port: number },
): Promise<void> {
  const { nodeName, bitcoind, port } = settings;
  const pki = (file: string): string => join(state.pki, file);
  const options: KubeletOptions = {
    kubeconfig: kubeconfigOf(state, 'node'),
    name: nodeName,
    state: state.node,
    tls: { cert: pki('node.crt'), key: pki('node.key'), clientCa: pki('ca.crt') },
    bitcoinBin: dirname(bitcoind),
    appDir: state.app,
    nodeBin: process.execPath,
    controllerImage,
    apiServer: { host: '127.0.0.1', port },
  };
  await kubelet.ask(options);
}
