import { parseArgs } from 'node:util';
import { PlaygroundError } from './playground-error.ts';

/** The default port of the API server. */
export const defaultPort = 26_443;

export const usage = `Usage: npm run playground -- [options]

Runs a Kubernetes control plane with one node on this machine, installs the controller and creates
an example network. Ctrl-C stops the playground; its state remains.

  --state DIR   the folder for the state
                (default: $XDG_STATE_HOME/bitcoin-controller/playground)
  --port PORT   the API server's port on 127.0.0.1 (default: ${defaultPort}; 0: any free port)
  --reset       erase the state first
  --debug       print details, such as the duration of each step
  --help        print this help

Environment variables with the paths of programs to use: PLAYGROUND_ETCD,
PLAYGROUND_KUBE_APISERVER, PLAYGROUND_KUBE_CONTROLLER_MANAGER, PLAYGROUND_KUBE_SCHEDULER,
PLAYGROUND_KUBECTL, and PLAYGROUND_BITCOIND (with bitcoin-cli in the same folder).
`;

/** The settings on the command line. */
export interface Settings {
  readonly state: string | undefined;
  readonly port: number | undefined;
  readonly reset: boolean;
  readonly debug: boolean;
  readonly help: boolean;
}

/** Parses the command line. @throws PlaygroundError with the usage for invalid arguments */
export function readSettings(args: readonly string[]): Settings {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { state: text, port: text, reset: flag, debug: flag, help: flag };
  try {
    const { values } = parseArgs({ args: [...args], options });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
      throw new Error(`--port must be between 0 and 65535, not ${values.port ?? ''}`);
    }
    return { ...values, state: values.state, port };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PlaygroundError(`${message}\n\n${usage}`, { cause });
  }
}
