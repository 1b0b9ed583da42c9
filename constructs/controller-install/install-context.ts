import type { ServiceAccount } from 'cdk8s-plus-27';

/** What the objects of one install share. */
export interface InstallContext {
  readonly labels: Readonly<Record<string, string>>;
  /** Where the controller runs. */
  readonly namespace: string;
  /** Who the controller is. */
  readonly account: ServiceAccount;
  /** Whether it works for its namespace alone. */
  readonly isNamespaced: boolean;
}
