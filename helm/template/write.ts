import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { all, any } from './condition.ts';
import { mergeMaps } from './helpers.ts';
import type { Item, Json, TemplateNode } from './node.ts';

/** Writes the template of an object. */
export function writeTemplate(objects: readonly Item[]): string {
  const documents = objects.map(({ conditions, node }) =>
    guarded(conditions, '', lines(node, '')).join('\n'),
  );
  return `${documents.join('\n---\n')}\n`;
}

/** Escapes text that the template language would interpret. */
export function escapeBraces(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}

/** The lines of a node in a block of its own. */
function lines(node: TemplateNode, indent: string): string[] {
  switch (node.type) {
    case 'map':
      return group(node.items, indent, (item) => entry(item, indent));
    case 'list':
      return group(node.items, indent, ({ node: item }) => {
        const [first = '', ...rest] = isInline(item)
          ? [inline(item)]
          : lines(item, `${indent}  `).map((line, index) =>
              index === 0 ? line.slice(indent.length + 2) : line,
            );
        return [`${indent}- ${first}`, ...rest];
      });
    case 'block':
      return [`${indent}{{- toYaml ${node.expression} | nindent ${indent.length} }}`];
    default:
      return [`${indent}${inline(node)}`];
  }
}

function entry({ key, node }: Item, indent: string): string[] {
  if (node.type === 'entries') return entries(node.maps, node.except, indent);
  const name = scalar(key!);
  if (isBlockText(node)) {
    const text = node.value.trimEnd().split('\n');
    const content = text.map((line) => (line === '' ? '' : `${indent}  ${escapeBraces(line)}`));
    return [`${indent}${name}: |`, ...content];
  }
  if (isInline(node)) return [`${indent}${name}: ${inline(node)}`];
  const content = [`${indent}${name}:`, ...lines(node, `${indent}  `)];
  // Without any of its items, a map or a list is absent instead of null.
  const items = 'items' in node ? node.items : [];
  const isConditional = items.length > 0 && items.every(({ conditions }) => conditions.length > 0);
  if (!isConditional) return content;
  return guarded([any(items.map(({ conditions }) => all(conditions)))], indent, content);
}

function entries(maps: readonly string[], except: readonly string[], indent: string): string[] {
  const operands = maps.map((map) => `(${map} | default dict)`);
  const merged = operands.length === 1 ? operands[0]! : `(${mergeMaps(operands)})`;
  const keys = except.map((key) => JSON.stringify(key)).join(' ');
  return [
    `${indent}{{- with ${keys === '' ? merged : `omit ${merged} ${keys}`} }}`,
    `${indent}{{- toYaml . | nindent ${indent.length} }}`,
    `${indent}{{- end }}`,
  ];
}

/** Writes items, with one condition for adjacent items that have the same one. */
function group(items: readonly Item[], indent: string, write: (item: Item) => string[]): string[] {
  const result: string[] = [];
  for (let start = 0, end = 0; start < items.length; start = end) {
    const { conditions } = items[start]!;
    end = start;
    while (end < items.length && isDeepStrictEqual(items[end]!.conditions, conditions)) end++;
    result.push(...guarded(conditions, indent, items.slice(start, end).flatMap(write)));
  }
  return result;
}

function guarded(conditions: readonly string[], indent: string, content: string[]): string[] {
  if (conditions.length === 0) return content;
  return [`${indent}{{- if ${all(conditions)} }}`, ...content, `${indent}{{- end }}`];
}

/** Whether a node is text of several lines, such as a file, that YAML represents as it is. */
function isBlockText(node: TemplateNode): node is { type: 'literal'; value: string } {
  if (node.type !== 'literal' || typeof node.value !== 'string') return false;
  // A block needs a first line without indentation, and exactly one line break at its end.
  return /^[!-~][ -~]*\n(?:[ -~]*\n)*[ -~]*[!-~]\n$/.test(node.value);
}

const isInline = ({ type }: TemplateNode) =>
  type === 'literal' || type === 'text' || type === 'scalar';

function inline(node: TemplateNode): string {
  switch (node.type) {
    case 'literal':
      return scalar(node.value);
    case 'text': {
      const [first, ...others] = node.parts;
      if (typeof first === 'object' && others.length === 0)
        return `{{ ${first.expression} | quote }}`;
      const format = node.parts.map((part) => (typeof part === 'string' ? percent(part) : '%v'));
      const values = node.parts.filter((part) => typeof part === 'object');
      const operands = values.map(({ expression }) => operand(expression)).join(' ');
      return `{{ printf ${JSON.stringify(format.join(''))} ${operands} | quote }}`;
    }
    case 'scalar':
      return `{{ ${node.expression} }}`;
    default:
      throw new Error(`a ${node.type} is not written in one line`);
  }
}

const percent = (text: string) => text.replaceAll('%', '%%');
const operand = (expression: string) =>
  /\s/.test(expression) && !expression.startsWith('(') ? `(${expression})` : expression;

/** A literal in one line. Helm reads YAML 1.1, in which more words need quotes. */
function scalar(value: Json): string {
  const text = stringify(value, { version: '1.1', lineWidth: 0, blockQuote: false });
  return escapeBraces(text.trimEnd());
}
