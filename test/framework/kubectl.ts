import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { Subject } from './access-review.ts';

export interface KubectlOptions {
  /** @default KUBECTL, or kubectl on the PATH */
  readonly program?: string;
  /** @default KUBECONFIG, which kubectl reads */
  readonly kubeconfig?: string;
  /** @default the namespace of the kubeconfig */
  readonly namespace?: string;
  /** The user to impersonate. @default the user of the kubeconfig */
  readonly subject?: Subject;
}

/** Runs kubectl as a user does. */
export class Kubectl {
  readonly #options: KubectlOptions;
  readonly #program: string;

  constructor(options: KubectlOptions = {}) {
    this.#options = options;
    this.#program = options.program ?? process.env.KUBECTL ?? 'kubectl';
  }

  get namespace(): string | undefined {
    return this.#options.namespace;
  }

  /** Returns the same kubectl for another namespace. */
  in(namespace: string): Kubectl {
    return new Kubectl({ ...this.#options, namespace });
  }

  /** Returns the same kubectl as another user. */
  as(subject: Subject): Kubectl {
    return new Kubectl({ ...this.#options, subject });
  }

  /**
   * @param input the standard input, which `-f -` reads
   * @returns the standard output
   * @throws ExecaError with the standard error
   */
  async run(args: readonly string[], input = ''): Promise<string> {
    const { stdout } = await execa(this.#program, this.#withFlags(args), {
      input,
      stripFinalNewline: false,
    });
    return stdout;
  }

  /** Returns an object or a list. */
  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run(['get', ...args, '-o', 'json'])) as T;
  }

  /** Applies an object, or a List of them. */
  async apply(object: object, ...flags: string[]): Promise<void> {
    await this.run(['apply', ...flags, '-f', '-'], JSON.stringify(object));
  }

  /** Applies a Secret. */
  async applySecret(name: string, stringData: Readonly<Record<string, string>>): Promise<void> {
    await this.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData });
  }

  /** Merges a patch into an object, which is given as `KIND/NAME`. */
  async patch(object: string, patch: object): Promise<void> {
    await this.run(['patch', object, '--type=merge', '-p', JSON.stringify(patch)]);
  }

  /**
   * Runs bitcoin-cli in a pod by the command that works in every pod of a network.
   *
   * @returns its parsed output
   */
  async bitcoinCli<T>(pod: string, ...args: string[]): Promise<T> {
    const cli = ['/usr/local/bin/bitcoin-cli', '-regtest', '-conf=/bitcoin.conf'];
    return JSON.parse(await this.run(['exec', pod, '--', ...cli, ...args])) as T;
  }

  /** Forwards a local port to a port of a pod until `close` is called. */
  async forward(pod: string, port: number): Promise<{ address: string; close: () => void }> {
    const forwarding = execa(this.#program, this.#withFlags(['port-forward', pod, `:${port}`]), {
      buffer: false,
      reject: false,
    });
    for await (const line of createInterface(forwarding.stdout)) {
      const address = /^Forwarding from (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address !== undefined) return { address, close: () => void forwarding.kill() };
    }
    throw new Error(`kubectl port-forward ${pod} ended`);
  }

  #withFlags(args: readonly string[]): string[] {
    const { kubeconfig, namespace, subject } = this.#options;
    const { user, groups = [] } = subject ?? {};
    return [
      ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
      ...(namespace === undefined ? [] : ['--namespace', namespace]),
      ...(user === undefined ? [] : ['--as', user]),
      ...groups.flatMap((group) => ['--as-group', group]),
      ...args,
    ];
  }
}
