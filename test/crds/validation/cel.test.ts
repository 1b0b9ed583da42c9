import type { JsonSchema } from '../../../crds/index.ts';
import { checkRules } from '../../../crds/validation/cel.ts';

const atMostOne: JsonSchema = {
  type: 'string',
  'x-kubernetes-validations': [
    { rule: 'quantity(self).compareTo(quantity("1")) <= 0', message: 'must not exceed 1' },
  ],
};

describe('checkRules with quantities', () => {
  test.each(['0', '999m', '1', '1000m', '10e-1'])('accepts %s', (text) => {
    expect(checkRules(atMostOne, text, 'cpu')).toEqual([]);
  });

  test.each(['1001m', '2', '1Ki', '9E98'])('reports %s as too large', (text) => {
    expect(checkRules(atMostOne, text, 'cpu')).toEqual([
      { field: 'cpu', message: 'must not exceed 1' },
    ]);
  });

  test.each(['', '.', 'Mi', '1gb', '-1', '+1', '1e', '1e1000', '1 Gi'])('throws for %j', (text) => {
    expect(() => checkRules(atMostOne, text, 'cpu')).toThrow(`not a quantity: ${text}`);
  });
});
