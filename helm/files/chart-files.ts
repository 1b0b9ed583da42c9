import { helpers } from '../template/helpers.ts';
import { chartValues } from '../values/settings.ts';
import { chartYaml } from './chart-yaml.ts';
import { notes } from './notes.ts';
import { readme } from './readme.ts';
import { templateFiles } from './templates.ts';
import { validation } from './validation.ts';
import { valuesSchema } from './values-schema.ts';
import { valuesYaml } from './values-yaml.ts';

const banner = '# Generated from helm/ by npm run chart. Do not edit.';

/**
 * Returns the files of the chart by path.
 *
 * @param version the version of the chart
 */
export function chartFiles(version: string): Map<string, string> {
  const templates = [...templateFiles()].map(
    ([name, text]) => [`templates/${name}`, `${banner}\n${text}`] as const,
  );
  return new Map([
    ['Chart.yaml', chartYaml(version, banner)],
    ['README.md', readme(version, chartValues, banner)],
    ['values.yaml', valuesYaml(chartValues, banner)],
    ['values.schema.json', valuesSchema(chartValues)],
    ['templates/NOTES.txt', notes],
    ['templates/_helpers.tpl', `{{/${banner.replace(/^#/, '*')} */}}\n${helpers}`],
    ['templates/validation.yaml', `${banner}\n${validation()}`],
    ...templates,
  ]);
}
