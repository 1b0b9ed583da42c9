import { PlaygroundError } from '../../playground/playground-error.ts';
import { readSettings } from '../../playground/settings.ts';

test('without arguments everything is as it comes', () => {
  const settings = { state: undefined, port: undefined, reset: false, debug: false, help: false };
  expect(readSettings([])).toEqual(settings);
});

test('takes state, port and flags', () => {
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
])('refuses %s %s and shows the usage', (...args) => {
  expect(() => readSettings(args)).toThrow(PlaygroundError);
  expect(() => readSettings(args)).toThrow('Usage: npm run playground');
});
