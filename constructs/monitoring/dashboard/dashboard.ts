import type { Panel } from './panel.ts';
import { panelRows } from './panels.ts';

/** The uid of the dashboard, by which Grafana replaces an older version. */
const uid = 'bitcoin-controller';

/** The data source that the user selects. */
const datasource = { type: 'prometheus', uid: '${datasource}' };

/** Columns of Grafana's grid. */
const columns = 24;
const panelHeight = 8;

/** A position in Grafana's grid. */
interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Returns the dashboard in the JSON model of Grafana. */
export function dashboard(): object {
  const panels: object[] = [];
  let y = 0;
  for (const row of panelRows) {
    const position = { x: 0, y, w: columns, h: 1 };
    const header = { type: 'row', title: row.title, collapsed: false, panels: [] };
    panels.push({ id: panels.length + 1, ...header, gridPos: position });
    y++;
    // The grid of Grafana has whole columns.
    const startOf = (index: number) => Math.round((index * columns) / row.panels.length);
    for (const [index, panel] of row.panels.entries()) {
      const x = startOf(index);
      const gridPos = { x, y, w: startOf(index + 1) - x, h: panelHeight };
      panels.push(panelModel(panel, panels.length + 1, gridPos));
    }
    y += panelHeight;
  }
  return {
    uid,
    title: 'Bitcoin networks',
    description: 'BitcoinNetworks and their controller.',
    tags: ['bitcoin-controller'],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: variables() },
    panels,
  };
}

function panelModel(panel: Panel, id: number, gridPos: GridPosition): object {
  const { title, description, type = 'timeseries', unit = 'none', queries } = panel;
  return {
    ...{ id, type, title, description, datasource, gridPos },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat: legend,
      range: type === 'timeseries',
      instant: type === 'stat',
    })),
  };
}

function variables(): object[] {
  const label = (name: string, query: string) => ({
    ...{ name, type: 'query', datasource, refresh: 2, sort: 1 },
    ...{ query, definition: query },
    ...{ multi: true, includeAll: true, allValue: '.*' },
    current: { text: ['All'], value: ['$__all'] },
  });
  const metric = 'bitcoin_network_ready';
  return [
    { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
    label('namespace', `label_values(${metric}, namespace)`),
    label('network', `label_values(${metric}{namespace=~"$namespace"}, network)`),
  ];
}
