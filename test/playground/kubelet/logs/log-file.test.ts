import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { LogFile, readLog } from '../../../../playground/kubelet/logs/log-file.ts';
import { selectLines } from '../../../../playground/kubelet/logs/log-query.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('records the lines of both streams in order with their times', async () => {
  let now = Date.parse('2026-01-02T03:04:05.006Z');
  const log = new LogFile(join(folder, '0.log'), () => now);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  log.collect('stdout', stdout);
  log.collect('stderr', stderr);
  const followed: (string | undefined)[] = [];
  log.follow((line) => followed.push(line?.text));
  stdout.write('first\nsec');
  await new Promise(setImmediate);
  now += 1000;
  stderr.end('error\n');
  await new Promise(setImmediate);
  stdout.end('ond');
  await log.end();
  const lines = readLog(log.path);
  expect(lines.map(({ stream, text }) => `${stream} ${text}`)).toEqual([
    'stdout first',
    'stderr error',
    'stdout second',
  ]);
  expect(lines[0]!.time).toBe('2026-01-02T03:04:05.006000000Z');
  expect(followed).toEqual(['first', 'error', 'second', undefined]);
});

test('keeps one rotated file when the log is full', async () => {
  const log = new LogFile(join(folder, '0.log'), () => 0, 100);
  const stdout = new PassThrough();
  log.collect('stdout', stdout);
  stdout.end(Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join(''));
  await log.end();
  const texts = readLog(log.path).map(({ text }) => text);
  expect(texts.at(-1)).toBe('line 19');
  expect(texts.length).toBeLessThan(10);
});

describe('selectLines', () => {
  const lines = [1, 2, 3].map((second) => ({
    time: `2026-01-01T00:00:0${second}.000000000Z`,
    stream: 'stdout' as const,
    text: `line ${second}`,
  }));
  const all = { follow: false, timestamps: false };

  test.each([
    [{ tailLines: 1 }, 'line 3\n'],
    [{ tailLines: 0 }, ''],
    [{ since: '2026-01-01T00:00:02Z' }, 'line 2\nline 3\n'],
    [{ tailLines: 1, timestamps: true }, '2026-01-01T00:00:03.000000000Z line 3\n'],
    [{ stream: 'stderr' as const }, ''],
  ])('selects with %j the text %j', (query, expected) => {
    expect(selectLines(lines, { ...all, ...query })).toBe(expected);
  });
});
