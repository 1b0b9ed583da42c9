import { parse } from 'yaml';
import { buildTemplates, type Manifest } from '../../../helm/template/build.ts';
import type { Part } from '../../../helm/template/slot.ts';
import { writeTemplate } from '../../../helm/template/write.ts';

interface Settings {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, string>>;
  readonly list?: readonly string[];
  readonly isWide?: boolean;
}

type Render = (settings: Settings) => object[];

const manifest = (fields: object) => ({ kind: 'Test', metadata: { name: 'test' }, ...fields });

/** Returns the template of rendered objects, without the lines of kind and metadata. */
function templateOf(render: Render, parts: readonly Part<Settings>[]): string {
  const objects = (settings: Settings) =>
    render(settings).map((fields) => manifest(fields) as Manifest);
  const text = writeTemplate(buildTemplates(objects, {}, parts));
  return text.replaceAll('kind: Test\nmetadata:\n  name: test\n', '');
}

const set = (values: Settings) => (settings: Settings) => ({ ...settings, ...values });
const same = (settings: Settings) => settings;

const name: Part<Settings> = {
  slot: { sentinel: 'sentinel', expression: '.Values.name' },
  on: set({ name: 'sentinel' }),
};
const optionalName: Part<Settings> = { ...name, choice: { condition: '.Values.name', off: same } };
const optionalList: Part<Settings> = {
  slot: { sentinel: ['item'], expression: '.Values.list' },
  on: set({ list: ['item'] }),
  choice: { condition: '.Values.list', off: same },
};
const optionalLabels: Part<Settings> = {
  slot: { sentinel: { key: '' }, expression: '.Values.labels' },
  on: set({ labels: { key: '' } }),
  choice: { condition: '.Values.labels', off: same },
};
const wide: Part<Settings> = {
  on: set({ isWide: true }),
  choice: { condition: 'eq .Values.scope "Wide"', off: set({ isWide: false }) },
};

test('a string with a sentinel becomes a quoted expression', () => {
  expect(templateOf(({ name }) => [{ spec: name }], [name])).toBe(
    'spec: {{ .Values.name | quote }}\n',
  );
});

test('text around a sentinel remains', () => {
  const render: Render = ({ name }) => [{ spec: `100%: ${name ?? ''}, ${name ?? ''}` }];
  expect(templateOf(render, [name])).toBe(
    'spec: {{ printf "100%%: %v, %v" .Values.name .Values.name | quote }}\n',
  );
});

test('a number in text and as a value becomes an expression', () => {
  const port: Part<Settings> = {
    slot: { sentinel: 31337, expression: 'int64 .Values.port' },
    on: same,
  };
  expect(templateOf(() => [{ port: 31337, args: ['--port=31337'] }], [port])).toBe(
    [
      'port: {{ int64 .Values.port }}',
      'args:',
      '  - {{ printf "--port=%v" (int64 .Values.port) | quote }}\n',
    ].join('\n'),
  );
});

test('a part that is absent without an optional value depends on the value', () => {
  const render: Render = ({ name }) => [
    { spec: { first: 1, ...(name !== undefined && { name, other: 'x' }) } },
  ];
  expect(templateOf(render, [optionalName])).toBe(
    [
      'spec:',
      '  first: 1',
      '  {{- if .Values.name }}',
      '  name: {{ .Values.name | quote }}',
      '  other: x',
      '  {{- end }}\n',
    ].join('\n'),
  );
});

test('a part that is present only without an optional value depends on its absence', () => {
  const render: Render = ({ name }) => [{ args: name === undefined ? ['a', 'default'] : ['a'] }];
  expect(templateOf(render, [optionalName])).toBe(
    ['args:', '  - a', '  {{- if not .Values.name }}', '  - default', '  {{- end }}\n'].join('\n'),
  );
});

test('items of a list are found by their names when their content depends on a value', () => {
  const render: Render = ({ name }) => [
    { env: [{ name: 'A' }, { name: 'B', ...(name !== undefined && { value: name }) }] },
  ];
  expect(templateOf(render, [optionalName])).toBe(
    [
      'env:',
      '  - name: A',
      '  - name: B',
      '    {{- if .Values.name }}',
      '    value: {{ .Values.name | quote }}',
      '    {{- end }}\n',
    ].join('\n'),
  );
});

test('a map that equals a sentinel is replaced as a whole', () => {
  expect(templateOf(({ labels }) => [labels ? { labels } : {}], [optionalLabels])).toBe(
    ['{{- if .Values.labels }}', 'labels:', '  {{- toYaml .Values.labels | nindent 2 }}']
      .concat('{{- end }}\n')
      .join('\n'),
  );
});

test('entries of a value precede fixed entries and do not replace them', () => {
  const render: Render = ({ labels }) => [{ labels: { ...labels, app: 'x' } }];
  expect(templateOf(render, [optionalLabels])).toBe(
    [
      'labels:',
      '  {{- with omit (.Values.labels | default dict) "app" }}',
      '  {{- toYaml . | nindent 2 }}',
      '  {{- end }}',
      '  app: x\n',
    ].join('\n'),
  );
});

test('entries of several values are merged, and the first of them takes precedence', () => {
  const moreLabels: Part<Settings> = {
    slot: { sentinel: { more: '' }, expression: '.Values.monitor.labels' },
    on: set({ more: { more: '' } }),
    choice: { condition: '.Values.monitor.labels', off: same },
  };
  const render: Render = ({ labels, more }) => [{ labels: { ...more, ...labels, app: 'x' } }];
  expect(templateOf(render, [optionalLabels, moreLabels])).toContain(
    'omit (include "bitcoin-controller.merge" (list (.Values.labels | default dict) (.Values.monitor.labels | default dict)) | fromJson) "app"',
  );
  expect(templateOf(render, [optionalLabels, moreLabels])).not.toContain('if');
});

test('the content of the only item of a list depends on several values', () => {
  const render: Render = ({ name, list }) => [
    { endpoints: [{ port: 'x', ...(name !== undefined && { name }), ...(list && { list }) }] },
  ];
  const text = templateOf(render, [optionalName, optionalList]);
  expect(text.split('port: x').length).toBe(2);
});

test('an optional value that replaces something is combined with others', () => {
  const render: Render = ({ name, list }) => [
    {
      args: [
        'main.js',
        name === undefined ? '--default' : `--name=${name}`,
        ...(list ? ['--list'] : []),
      ],
    },
  ];
  expect(templateOf(render, [optionalName, optionalList])).toBe(
    [
      'args:',
      '  - main.js',
      '  {{- if .Values.name }}',
      '  - {{ printf "--name=%v" .Values.name | quote }}',
      '  {{- end }}',
      '  {{- if not .Values.name }}',
      '  - --default',
      '  {{- end }}',
      '  {{- if .Values.list }}',
      '  - --list',
      '  {{- end }}\n',
    ].join('\n'),
  );
});

test('a map whose entries are all optional is absent when it has none', () => {
  const render: Render = ({ name, list }) => {
    const entries = { ...(name !== undefined && { name }), ...(list && { list }) };
    return [Object.keys(entries).length > 0 ? { metrics: entries } : {}];
  };
  expect(templateOf(render, [optionalName, optionalList])).toBe(
    [
      '{{- if or .Values.name .Values.list }}',
      'metrics:',
      '  {{- if .Values.name }}',
      '  name: {{ .Values.name | quote }}',
      '  {{- end }}',
      '  {{- if .Values.list }}',
      '  list:',
      '    {{- toYaml .Values.list | nindent 4 }}',
      '  {{- end }}',
      '{{- end }}\n',
    ].join('\n'),
  );
});

test('a map that has fixed entries in some cases only is rendered for each case', () => {
  const render: Render = ({ name, labels }) => {
    const entries = { ...labels, ...(name !== undefined && { name }) };
    return [Object.keys(entries).length > 0 ? { annotations: entries } : {}];
  };
  const text = templateOf(render, [optionalName, optionalLabels]);
  expect(text).toContain('{{- if and .Values.labels (not .Values.name) }}\nannotations:\n');
});

test('a switch selects parts of both variants', () => {
  const render: Render = ({ isWide = false }) => [
    { spec: { all: 1, ...(isWide ? { wide: 1, both: 'w' } : { both: 'v', narrow: 1 }) } },
  ];
  expect(templateOf(render, [wide])).toBe(
    [
      'spec:',
      '  all: 1',
      '  {{- if eq .Values.scope "Wide" }}',
      '  wide: 1',
      '  both: w',
      '  {{- end }}',
      '  {{- if ne .Values.scope "Wide" }}',
      '  both: v',
      '  narrow: 1',
      '  {{- end }}\n',
    ].join('\n'),
  );
});

test('an optional part of one variant has both conditions', () => {
  const render: Render = ({ isWide = false, name }) =>
    isWide || name === undefined ? [{ spec: 1 }] : [{ spec: 1, name }];
  expect(templateOf(render, [wide, optionalName])).toBe(
    [
      'spec: 1',
      '{{- if and .Values.name (ne .Values.scope "Wide") }}',
      'name: {{ .Values.name | quote }}',
      '{{- end }}\n',
    ].join('\n'),
  );
});

test('an object of one variant is rendered under its condition', () => {
  expect(templateOf(({ isWide }) => (isWide === true ? [{ spec: 1 }] : []), [wide])).toBe(
    '{{- if eq .Values.scope "Wide" }}\nspec: 1\n{{- end }}\n',
  );
});

test('text that the template language would interpret is escaped', () => {
  const text = templateOf(() => [{ description: 'Use {{ x }}.', rule: '"{{a}}" == self' }], []);
  expect(text).toContain('Use {{ "{{" }} x }}.');
  expect(text.replaceAll('{{ "{{" }}', '')).not.toContain('{{');
});

test('a file remains readable, and text in it is escaped', () => {
  const file = '{\n  "legend": "{{pod}}",\n\n  "text": "a: b"\n}\n';
  const text = templateOf(() => [{ data: { 'file.json': file } }], []);
  expect(text).toBe(
    [
      'data:',
      '  file.json: |',
      '    {',
      '      "legend": "{{ "{{" }}pod}}",',
      '',
      '      "text": "a: b"',
      '    }\n',
    ].join('\n'),
  );
});

test.each([
  'a\nb\n',
  '# a\nb: |\n',
  ' a\nb\n',
  'a\nb',
  'a\nb\n\n',
  '\na\n',
  'a\n \n',
  'a \n b \n',
  'a\n\tb\n',
  'é\nb\n',
  'a\r\nb\n',
])('the lines of %j remain', (value) => {
  const text = templateOf(() => [{ map: { value } }], []);
  expect(parse(text, { version: '1.1' })).toEqual({ map: { value } });
});

test.each([
  'yes',
  'on',
  '1e3',
  '012',
  '0x1f',
  '1:30',
  'null',
  '~',
  '',
  'a: b',
  '# x',
  'two\nlines',
])('the string %j remains a string in YAML 1.1', (value) => {
  const text = templateOf(() => [{ value }], []);
  expect(parse(text, { version: '1.1' })).toEqual({ value });
});

test('empty maps and lists remain', () => {
  expect(templateOf(() => [{ map: {}, list: [], nested: [{}] }], [])).toBe(
    'map: {}\nlist: []\nnested:\n  - {}\n',
  );
});
