import { stringify } from 'yaml';
import type { Json } from '../template/node.ts';
import type { ChartValue } from '../values/value.ts';

/** Columns of values.yaml. */
const width = 100;

/** Returns the text of values.yaml, in which a comment describes each value. */
export function valuesYaml(values: readonly ChartValue[], banner: string): string {
  const lines = [banner];
  let parents: readonly string[] = [];
  for (const { path, default: value, doc } of values) {
    const keys = path.split('.');
    const name = keys.pop()!;
    const shared = commonLength(parents, keys);
    for (const [depth, key] of keys.entries()) {
      if (depth < shared) continue;
      if (depth === 0) lines.push('');
      lines.push(`${'  '.repeat(depth)}${key}:`);
    }
    parents = keys;
    const indent = '  '.repeat(keys.length);
    if (keys.length === 0) lines.push('');
    lines.push(...comment(doc, indent), ...entry(name, value).map((line) => indent + line));
  }
  return `${lines.join('\n')}\n`;
}

function commonLength(left: readonly string[], right: readonly string[]): number {
  const index = left.findIndex((key, depth) => key !== right[depth]);
  return index < 0 ? left.length : index;
}

const entry = (name: string, value: Json) =>
  stringify({ [name]: value }, { version: '1.1', lineWidth: 0 })
    .trimEnd()
    .split('\n');

/** Wraps text as a comment, without the emphasis of Markdown. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replaceAll('**', '').split(' ')) {
    if (line !== '' && indent.length + line.length + word.length + 3 > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((content) => `${indent}# ${content}`);
}
