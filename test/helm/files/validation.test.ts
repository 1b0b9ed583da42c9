import { validation } from '../../../helm/files/validation.ts';
import { contradictions } from '../../../helm/values/contradictions.ts';
import { chartValues } from '../../../helm/values/settings.ts';

test('the template of the validation reads values of the chart only', () => {
  const paths = [...validation().matchAll(/\.Values\.([\w.]+)/g)].map(([, path]) => path);
  expect(chartValues.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
});

test('every message names the value that it is about', () => {
  const messages = [...validation().matchAll(/fail "(.*)"/g)].map(([, message]) => message);
  expect(messages.length).toBe(contradictions.length);
  for (const message of messages) expect(message).toMatch(/^metrics\.[\w.]+: /);
});
