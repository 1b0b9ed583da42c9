import { parseArgs } from 'node:util';
import { PlaygroundError } from './playground-error.ts';

/** The API server's port unless another is asked for. */
export const defaultPort = 26_443;

export const usage = `Usage: npm run playground -- [options]

Starts a Kubernetes control plane with one virtual node on this machine, installs the controller
and shows an example network come up. Ctrl-C stops it; its state is kept.

  --state DIR   where everything is kept
                (default: $XDG_STATE_HOME/bitcoin-controller/playground)
  --port PORT   the API server's port on 127.0.0.1 (default: ${defaultPort})
  --reset       start over: erase the state first
  --debug       say how long each part took
  --help        show this

PLAYGROUND_ETCD, PLAYGROUND_KUBE_APISERVER, PLAYGROUND_KUBE_CONTROLLER_MANAGER,
PLAYGROUND_KUBE_SCHEDULER, PLAYGROUND_KUBECTL and PLAYGROUND_BITCOIND (with bitcoin-cli beside it)
name programs to use instead of those that are found.
`;

/** What the command line asks for. */
export interface Settings {
  readonly state: string | undefined;
  readonly port: number | undefined;
  readonly reset: boolean;
  readonly debug: boolean;
  readonly help: boolean;
}

/** @throws PlaygroundError with the usage, for arguments that are not understood */
export function readSettings(args: readonly string[]): Settings {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { state: text, port: text, reset: flag, debug: flag, help: flag };
  try {
    const { values } = parseArgs({ args: [...args], options });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
      throw new Error(`--port ${values.port ?? ''} is not a port`);
    }
    return { ...values, state: values.state, port };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PlaygroundError(`${message}\n\n${usage}`, { cause });
  }
}
