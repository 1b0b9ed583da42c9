import { contradictions } from '../values/contradictions.ts';

/** Returns the template that renders nothing and refuses contradictory values. */
export function validation(): string {
  const lines = contradictions.flatMap(({ condition, message }) => [
    `{{- if ${condition} }}`,
    `{{- fail ${JSON.stringify(message)} }}`,
    '{{- end }}',
  ]);
  return `${lines.join('\n')}\n`;
}
