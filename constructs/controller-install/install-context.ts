import type { ServiceAccount } from 'cdk8s-plus-27';

/** The inputs that the objects of one install share. */
export interface InstallContext {
  /** Labels and annotations of every object. */
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** Namespace in which the controller runs. */
  readonly namespace: string;
  /** ServiceAccount of the controller. */
  readonly account: ServiceAccount;
  /** Whether the controller watches its own namespace only. */
  readonly isNamespaced: boolean;
}
