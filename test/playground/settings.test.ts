import { PlaygroundError } from '../../playground/playground-error.ts';
import { readSettings } from '../../playground/settings.ts';

test('returns the defaults without arguments', () => {
  const settings = { state: undefined, port: undefined, reset: false, debug: false, help: false };
  expect(readSettings([])).toEqual(settings);
});

test('parses the state, the port and the flags', () => {
  const args = ['--state', '/x', '--port=7000', '--reset', '--debug'];
  const settings = { state: '/x', port: 7000, reset: true, debug: true, help: false };
  expect(readSettings(args)).toEqual(settings);
});

test.each([
  ['--port', 'x'],
  ['--port', '65536'],
  ['--port=-1'],
  ['--port', '80.5'],
  ['--sate', '/x'],
  ['extra'],
])('rejects %s %s with the usage', (...args) => {
  expect(() => readSettings(args)).toThrow(PlaygroundError);
  expect(() => readSettings(args)).toThrow('Usage: npm run playground');
});
