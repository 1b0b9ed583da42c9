import { v1, type JsonSchema, type ValidationRule } from '../../crds/index.ts';
import type { Example } from './examples.ts';
import { fieldsOf, typeName, type Field } from './fields.ts';
import { limitsOf } from './limits.ts';
import { code, headingAnchors, list, page, table, yamlBlock } from './markdown.ts';
import { overview } from './overview.ts';
import { reservedMessages, reservedSection } from './reserved-options.ts';
import { restartsNodes } from './restarts.ts';

type Examples = ReadonlyMap<string, Example>;

const fields = fieldsOf(v1);
const specFields = fields.filter(({ path }) => path.startsWith('spec.'));
const statusFields = fields.filter(({ path }) => path.startsWith('status.'));

/** Renders the page of BitcoinNetwork. */
export function bitcoinNetworkPage(examples: Examples): string {
  return page(
    '# BitcoinNetwork',
    `${v1.description!} [Networks](../networks.md) explains what the fields do together.`,
    ...overview(),
    '## Metadata',
    ...fieldSection(
      fields.find(({ path }) => path === 'metadata.name')!,
      ['Type: string, required', 'Immutable: yes, as in every resource'],
    ),
    '## Spec',
    specTable(examples),
    'The API server rejects a value outside the limits of a field, and a field that this page does not list. Under "Errors", this page lists the messages.',
    ...specFields.flatMap((field) => specSection(field, examples)),
    ...reservedSection(),
    '## Status',
    `${v1.properties!.status!.description!} [Conditions](conditions.md) lists the types and reasons of conditions.`,
    statusTable(),
    'Example:',
    yamlBlock(examples.get('status')!.source),
  );
}

function specTable(examples: Examples): string {
  const anchors = headingAnchors(specFields.map(({ path }) => path));
  const rows = specFields.map((field, index) => [
    `[${code(field.path)}](#${anchors[index]!})`,
    typeName(field.schema),
    defaultText(field),
    field.isImmutable ? 'yes' : 'no',
    restartText(field, examples),
  ]);
  return table(['field', 'type', 'default', 'immutable', 'restarts nodes'], rows);
}

function specSection(field: Field, examples: Examples): string[] {
  const limits = limitsOf(field).map(({ text }) => text);
  const properties = [
    `Type: ${typeName(field.schema)}${field.isRequired ? ', required' : ''}`,
    ...(field.isRequired ? [] : [`Default: ${defaultText(field)}`]),
    ...(limits.length === 0 ? [] : [`Limits: ${limits.join('; ')}`]),
    `Immutable: ${field.isImmutable ? 'yes' : 'no'}`,
    `Restarts nodes: ${restartText(field, examples)}`,
  ];
  const isTop = /^spec\.[^.[]+$/.test(field.path);
  const example = isTop ? ['Example:', yamlBlock(exampleOf(field, examples).source)] : [];
  return [...fieldSection(field, properties), ...example];
}

function fieldSection(field: Field, properties: readonly string[]): string[] {
  const errors = errorsOf(field);
  return [
    `### ${field.path}`,
    descriptionOf(field),
    list(properties),
    ...(errors.length === 0 ? [] : ['Errors:', list(errors)]),
  ];
}

function errorsOf({ path, schema, isRequired, rules }: Field): string[] {
  const isReserved = ({ message }: ValidationRule) => reservedMessages.has(message);
  return [
    ...(isRequired ? [code('Required value')] : []),
    ...limitsOf({ path, schema }).map(({ message }) => code(message)),
    ...rules.filter((rule) => !isReserved(rule)).map(ruleText),
    ...(rules.some(isReserved) ? ['the errors for [reserved options](#reserved-options)'] : []),
  ];
}

function ruleText({ message, optionalOldSelf }: ValidationRule): string {
  const isStoredValid = optionalOldSelf === true;
  return code(message) + (isStoredValid ? ' (a value that is stored already remains valid)' : '');
}

function descriptionOf({ path, schema }: Field): string {
  if (schema.description !== undefined) return schema.description;
  if (path.endsWith('[]')) return `An item of ${code(path.slice(0, -2))}.`;
  if (path.endsWith('[KEY]')) return `The value of a key of ${code(path.slice(0, -5))}.`;
  return 'The name of the network, from which the names of its objects and nodes derive.';
}

function defaultText({ schema, isRequired }: Field): string {
  if (isRequired) return 'required';
  return schema.default === undefined ? 'none' : code(formatDefault(schema.default));
}

function formatDefault(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function restartText(field: Field, examples: Examples): string {
  const { resource } = exampleOf(field, examples);
  return restartsNodes(resource, field) ? 'yes, one at a time' : 'no';
}

/** Returns the example of a field of spec or of the field that contains it. */
function exampleOf({ path }: Field, examples: Examples): Example {
  const [, name] = path.split(/[.[]/);
  const example = examples.get(name!);
  if (!example)
    throw new Error(`${path} has no example: add docs/reference/examples/${name!}.yaml`);
  return example;
}

function statusTable(): string {
  const rows = statusFields
    .filter(({ path }) => !path.endsWith('[]'))
    .map((field) => [
      code(field.path),
      typeName(field.schema),
      field.schema.description,
      limitsText(field.schema, field.path),
    ]);
  return table(['field', 'type', 'meaning', 'limits'], rows);
}

function limitsText(schema: JsonSchema, path: string): string {
  return limitsOf({ path, schema })
    .map(({ text }) => text)
    .join('; ');
}
