import { apiGroup, crdNames, customResourceDefinitionSpec } from '../../crds/index.ts';
import { code, table } from './markdown.ts';

const [version] = customResourceDefinitionSpec.versions;

/** Returns the blocks with the names of the resource and the columns of `kubectl get`. */
export function overview(): string[] {
  const { kind, plural, shortNames, categories } = crdNames;
  const { scale } = version.subresources;
  const columns = version.additionalPrinterColumns.map((column) => [
    column.name,
    code(column.jsonPath.slice(1)),
    'description' in column ? column.description : undefined,
    'priority' in column ? code('-o wide') : 'yes',
  ]);
  return [
    table(
      ['property', 'value'],
      [
        ['apiVersion', code(`${apiGroup}/${version.name}`)],
        ['kind', code(kind)],
        ['names for kubectl', [plural, ...shortNames].map(code).join(', ')],
        ['categories', categories.map(code).join(', ')],
        ['scope', customResourceDefinitionSpec.scope],
        ['subresources', Object.keys(version.subresources).map(code).join(', ')],
        ['`kubectl scale` sets', code(scale.specReplicasPath.slice(1))],
      ],
    ),
    `\`kubectl get ${plural}\` shows these columns:`,
    table(['column', 'field', 'meaning', 'shown'], columns),
  ];
}
