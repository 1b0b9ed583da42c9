import { execa } from 'execa';
import { describeFailure } from '../../playground/command-failure.ts';

test('shows the exit code and the last 12 lines of the errors', async () => {
  const failure = await execa('sh', ['-c', 'echo output; seq 1 30 >&2; exit 3']).catch(
    (error: unknown) => error,
  );
  const [first, ...lines] = describeFailure(failure).split('\n');
  expect(first).toMatch(/^Command failed with exit code 3: sh -c/);
  expect(lines).toEqual(Array.from({ length: 12 }, (_, index) => String(index + 19)));
});

test('shows the output of a command that prints no errors', async () => {
  const failure = await execa('sh', ['-c', 'echo output; exit 1']).catch((error: unknown) => error);
  expect(describeFailure(failure)).toMatch(/exit code 1: .*\noutput$/);
});

test('names a program that does not exist', async () => {
  const failure = await execa('/no/such/program').catch((error: unknown) => error);
  expect(describeFailure(failure)).toContain('/no/such/program');
});

test('describes other errors by their message', () => {
  expect(describeFailure(new Error('unreachable'))).toBe('unreachable');
});
