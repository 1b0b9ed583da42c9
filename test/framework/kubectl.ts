import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface KubectlOptions {
  /** @default KUBECTL, else the one on the PATH */
  readonly program?: string;
  /** @default KUBECONFIG, which kubectl reads */
  readonly kubeconfig?: string;
  /** @default that of the kubeconfig */
  readonly namespace?: string;
}

/** The cluster's kubectl, as a user would call it. */
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

  /** The same kubectl in a namespace. */
  in(namespace: string): Kubectl {
    return new Kubectl({ ...this.#options, namespace });
  }

  /**
   * @param input what `-f -` reads: a manifest as an object, or text
   * @returns its standard output
   * @throws Error with its standard error
   */
  run(args: readonly string[], input?: object | string): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { maxBuffer: 64 * 1024 * 1024 };
      const child = execFile(this.#program, this.#all(args), options, (error, stdout, stderr) => {
        if (error) reject(new Error(`kubectl ${args.join(' ')}: ${stderr || error.message}`));
        else resolve(stdout);
      });
      child.stdin!.end(typeof input === 'object' ? JSON.stringify(input) : (input ?? ''));
    });
  }

  /** An object or a list, parsed. */
  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run(['get', ...args, '-o', 'json'])) as T;
  }

  /** Applies a manifest. */
  async apply(object: object): Promise<void> {
    await this.run(['apply', '-f', '-'], object);
  }

  /** bitcoin-cli in a pod, by the command that works in every pod; its answer parsed. */
  async bitcoin<T>(pod: string, ...args: string[]): Promise<T> {
    const cli = ['/usr/local/bin/bitcoin-cli', '-regtest', '-conf=/bitcoin.conf'];
    return JSON.parse(await this.run(['exec', pod, '--', ...cli, ...args])) as T;
  }

  /** Forwards a local port to a pod's until the returned function is called. */
  async forward(pod: string, port: number): Promise<{ address: string; close: () => void }> {
    const child = spawn(this.#program, this.#all(['port-forward', pod, `:${port}`]));
    for await (const line of createInterface(child.stdout)) {
      const address = /^Forwarding from (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address !== undefined) return { address, close: () => void child.kill() };
    }
    throw new Error(`kubectl port-forward ${pod} ended`);
  }

  #all(args: readonly string[]): string[] {
    const { kubeconfig, namespace } = this.#options;
    return [
      ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
      ...(namespace === undefined ? [] : ['--namespace', namespace]),
      ...args,
    ];
  }
}
