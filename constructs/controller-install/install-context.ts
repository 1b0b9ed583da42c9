import type { ServiceAccount } from 'cdk8s-plus-27';

/** The inputs that the objects of one install share. */
export interface InstallContext {
  readonly labels: Readonly<Record<string, string>>;
  /** Namespace in which the controller runs. */
  readonly namespace: string;
  /** ServiceAccount of the controller. */
  readonly account: ServiceAccount;
  /** Whether the controller watches its own namespace only. */
  readonly isNamespaced: boolean;
}
