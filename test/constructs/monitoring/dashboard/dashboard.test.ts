import { dashboard } from '../../../../constructs/monitoring/dashboard/dashboard.ts';
import { panelRows } from '../../../../constructs/monitoring/dashboard/panels.ts';

interface Model {
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; h: number };
    readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const { panels, templating } = dashboard() as Model;

test('the dashboard has each row and panel once', () => {
  const titles = panelRows.flatMap((row) => [row.title, ...row.panels.map(({ title }) => title)]);
  expect(panels.map(({ title }) => title)).toEqual(titles);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

test('no panel overlaps another one or leaves the grid', () => {
  const cells = new Set<string>();
  for (const { gridPos } of panels) {
    expect(Object.values(gridPos).every(Number.isInteger)).toBe(true);
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let { x } = gridPos; x < gridPos.x + gridPos.w; x++) {
      for (let { y } = gridPos; y < gridPos.y + gridPos.h; y++) {
        expect(cells).not.toContain(`${x} ${y}`);
        cells.add(`${x} ${y}`);
      }
    }
  }
});

test('queries use variables of the dashboard and of Grafana only', () => {
  const targets = panels.flatMap((panel) => panel.targets ?? []);
  const used = new Set(targets.flatMap(({ expr }) => expr.match(/\$\w+/g) ?? []));
  const defined = templating.list.map(({ name }) => `$${name}`);
  const builtIn = '$__rate_interval';
  expect([...used, '$datasource'].sort()).toEqual([...defined, builtIn].sort());
});

test('the queries of a panel have different names', () => {
  const several = panels.filter(({ targets = [] }) => targets.length > 1);
  expect(several).not.toEqual([]);
  for (const { targets = [] } of several) {
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  }
});

test('each legend names labels that its query returns', () => {
  for (const { queries } of panelRows.flatMap((row) => row.panels)) {
    for (const { expr, legend } of queries) {
      const labels = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
      const grouped = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? ['instance'];
      expect([expr, labels.filter((label) => !grouped.includes(label))]).toEqual([expr, []]);
    }
  }
});
