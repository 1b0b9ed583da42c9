import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostsFile, overwrite } from '../../../../playground/kubelet/pods/hosts-file.ts';
import { buildPod } from '../pod-builder.ts';

test('lists the pod itself and every pod with a subdomain', () => {
  const alice = (index: number) => ({
    pod: buildPod({ hostname: `alice-${index}`, subdomain: 'svc' }, undefined, `alice-${index}`),
    ip: `127.64.0.${index + 2}`,
  });
  const lonely = { pod: buildPod({}, undefined, 'lonely'), ip: '127.64.0.9' };
  const all = [alice(1), alice(0), lonely];
  expect(hostsFile(alice(0), all).split('\n').slice(1)).toEqual([
    '127.0.0.1\tlocalhost',
    '127.64.0.2\talice-0',
    '127.64.0.2\talice-0.svc.default.svc.cluster.local alice-0.svc.default.svc alice-0.svc.default alice-0.svc',
    '127.64.0.3\talice-1.svc.default.svc.cluster.local alice-1.svc.default.svc alice-1.svc.default alice-1.svc',
    '',
  ]);
  expect(hostsFile(lonely, all)).toContain('127.64.0.9\tlonely\n');
});

test('is overwritten in place, so that readers with an open file see the new content', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hosts-'));
  const path = join(folder, 'hosts');
  await writeFile(path, 'a long first version');
  const { ino } = await stat(path);
  const reader = await open(path);
  await overwrite(path, 'short');
  expect(await reader.readFile('utf8')).toBe('short');
  expect((await stat(path)).ino).toBe(ino);
  expect(await readFile(path, 'utf8')).toBe('short');
  await reader.close();
  await rm(folder, { recursive: true });
});
