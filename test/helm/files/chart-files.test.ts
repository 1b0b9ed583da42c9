import { chartFiles } from '../../../helm/files/chart-files.ts';
import { chartValues } from '../../../helm/values/settings.ts';

const files = chartFiles('1.2.3');
const templates = [...files].filter(
  ([path]) => path.startsWith('templates/') && !/NOTES|validation|_helpers/.test(path),
);

test('the chart has one file for each kind of object', () => {
  expect(templates.map(([path]) => path).sort()).toEqual([
    'templates/cluster-role-binding.yaml',
    'templates/cluster-role.yaml',
    'templates/config-map.yaml',
    'templates/crd.yaml',
    'templates/deployment.yaml',
    'templates/pod-monitor.yaml',
    'templates/prometheus-rule.yaml',
    'templates/role-binding.yaml',
    'templates/role.yaml',
    'templates/service-account.yaml',
    'templates/service-monitor.yaml',
    'templates/service.yaml',
  ]);
});

test('no sentinel remains in the templates', () => {
  for (const [, text] of templates) expect(text).not.toContain('sentinel');
});

test('the templates use every value', () => {
  const text = templates.map(([, template]) => template).join('\n');
  for (const { path } of chartValues) expect(text).toContain(`.Values.${path}`);
});

test('the README describes every value', () => {
  for (const { path } of chartValues) {
    expect(files.get('README.md')).toContain(`| \`${path}\` |`);
  }
});
