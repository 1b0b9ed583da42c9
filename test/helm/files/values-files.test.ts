import { parse } from 'yaml';
import { valuesSchema } from '../../../helm/files/values-schema.ts';
import { valuesYaml } from '../../../helm/files/values-yaml.ts';
import { chartValues, defaultValues } from '../../../helm/values/settings.ts';
import type { ChartValue } from '../../../helm/values/value.ts';

const value = (path: string, content: ChartValue['default'], doc = 'Text.'): ChartValue => ({
  path,
  default: content,
  schema: { type: 'string' },
  doc,
});

describe('valuesYaml', () => {
  test('contains the defaults of all values', () => {
    const text = valuesYaml(chartValues, '# Banner');
    expect(parse(text, { version: '1.1' })).toEqual(defaultValues);
  });

  test('nests values, and describes each of them in a comment', () => {
    const values = [value('a.b.c', 'yes'), value('a.b.d', {}), value('a.e', []), value('f', 1)];
    expect(valuesYaml(values, '# Banner')).toBe(
      [
        '# Banner\n',
        'a:',
        '  b:',
        '    # Text.',
        '    c: "yes"',
        '    # Text.',
        '    d: {}',
        '  # Text.',
        '  e: []\n',
        '# Text.',
        'f: 1\n',
      ].join('\n'),
    );
  });

  test('wraps comments at 100 columns', () => {
    const lines = valuesYaml([value('a', '', 'word '.repeat(60).trim())], '#').split('\n');
    expect(lines.filter((line) => line.startsWith('# word')).length).toBe(4);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('valuesSchema', () => {
  const schema = (values: ChartValue[]) => JSON.parse(valuesSchema(values)) as object;

  test('requires values whose default is not empty, because null would remove them', () => {
    const values = [value('a', 'x'), value('b', ''), value('c.d', false), value('e', { f: 1 })];
    expect(schema(values)).toMatchObject({
      required: ['a', 'c'],
      properties: { c: { required: ['d'] } },
    });
  });

  test('rejects unknown values, except those for all charts', () => {
    expect(schema([value('a.b', '')])).toMatchObject({
      additionalProperties: false,
      properties: { global: { type: 'object' }, a: { additionalProperties: false } },
    });
  });
});
