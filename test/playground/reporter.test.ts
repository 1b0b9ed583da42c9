import { terminalReporter, type Terminal } from '../../playground/reporter.ts';

class FakeTerminal implements Terminal {
  readonly columns = 20;
  readonly isTTY: boolean;
  output = '';

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.output += text;
  }
}

/** A clock that the test advances. */
function steppedClock(): { now: () => number; seconds: number } {
  const clock = { seconds: 0, now: () => clock.seconds * 1000 };
  return clock;
}

test('lines start with the seconds since the creation of the reporter', () => {
  const terminal = new FakeTerminal(false);
  const clock = steppedClock();
  const reporter = terminalReporter(terminal, false, clock.now);
  clock.seconds = 1.26;
  reporter.info('ready');
  expect(terminal.output).toBe('   1.3 s  ready\n');
});

test.each([true, false])('prints details only with debug (%j)', (debug) => {
  const terminal = new FakeTerminal(false);
  terminalReporter(terminal, debug).debug('detail');
  expect(terminal.output.includes('detail')).toBe(debug);
});

test('on a terminal, progress replaces one line and is truncated to its width', () => {
  const terminal = new FakeTerminal(true);
  const reporter = terminalReporter(terminal, false, () => 0);
  reporter.progress('one');
  reporter.progress('a long step that does not fit');
  reporter.info('done');
  const [, first, second, last] = terminal.output.split('\r\x1b[K');
  expect(first).toBe('   0.0 s  one');
  expect(second).toHaveLength(terminal.columns - 1);
  expect(last).toBe('   0.0 s  done\n');
});

test('without a terminal, progress adds a line every 15 s', () => {
  const terminal = new FakeTerminal(false);
  const clock = steppedClock();
  const reporter = terminalReporter(terminal, false, clock.now);
  for (; clock.seconds <= 31; clock.seconds++) reporter.progress('working');
  const times = terminal.output.trimEnd().split('\n');
  expect(times.map((line) => Number.parseFloat(line))).toEqual([0, 15, 30]);
});
