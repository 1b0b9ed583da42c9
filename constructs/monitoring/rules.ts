import { alerts, type Alert } from './alerts.ts';

/** The default of {@link alertRules}: the folder of the runbooks in the repository. */
export const defaultRunbookBase = 'docs/runbooks';

/** An alert as Prometheus reads it. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The contents of a file of rules, and the spec of a PrometheusRule. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertingRule[] }[];
}

/** Returns the rules of all alerts. */
export function alertRules(runbookBase: string = defaultRunbookBase): RuleFile {
  const base = runbookBase.replace(/\/+$/, '');
  const rules = Object.entries<Alert>(alerts).map(([alert, definition]) => {
    const { expr, for: duration, severity, summary, description } = definition;
    return {
      ...{ alert, expr, for: duration },
      labels: { severity },
      annotations: { summary, description, runbook_url: `${base}/${alert}.md` },
    };
  });
  const group = (prefix: string, name: string) => ({
    name,
    rules: rules.filter(({ alert }) => alert.startsWith(prefix)),
  });
  return {
    groups: [
      group('BitcoinController', 'bitcoin-controller'),
      group('BitcoinNetwork', 'bitcoin-networks'),
    ],
  };
}
