/** A line of a panel. */
export interface PanelQuery {
  /** PromQL with the variables of the dashboard. */
  readonly expr: string;
  /** The name of the line, with the labels of its series in double braces. */
  readonly legend: string;
}

/** A panel of the dashboard. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  /** The unit of Grafana. @default none: a number */
  readonly unit?: 's' | 'ops' | 'bytes' | 'percentunit';
  /** How the values are shown. @default lines over time */
  readonly type?: 'stat';
  readonly queries: readonly PanelQuery[];
}

/** Panels under one heading. */
export interface PanelRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}
