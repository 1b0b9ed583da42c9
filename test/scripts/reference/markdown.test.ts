import { headingAnchors, table } from '../../../scripts/reference/markdown.ts';

test('table escapes the separator of cells', () => {
  expect(table(['a', 'b'], [['x|y', undefined]])).toBe('| a | b |\n| --- | --- |\n| x\\|y |  |');
});

test('headingAnchors returns lower case words and numbers repeated headings', () => {
  const headings = ['spec.config[KEY]', 'Restarts and data loss', 'spec.configKEY', 'a_b-c `d`'];
  expect(headingAnchors(headings)).toEqual([
    'specconfigkey',
    'restarts-and-data-loss',
    'specconfigkey-1',
    'a_b-c-d',
  ]);
});
