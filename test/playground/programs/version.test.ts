import { formatVersion, isAtLeast, parseVersion } from '../../../playground/programs/version.ts';

describe('parseVersion', () => {
  test.each([
    ['Kubernetes v1.36.3', [1, 36, 3]],
    ['etcd Version: 3.4.23\nGit SHA: Not provided\nGo Version: go1.19.8\n', [3, 4, 23]],
    ['Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0', [1, 32, 4]],
    ['Bitcoin Core daemon version v31.1.0 bitcoind\nCopyright (C) 2009-2026', [31, 1, 0]],
    ['Bitcoin Knots daemon version v29.4.3.knots20260508', [29, 4, 3]],
    ['v31.1', [31, 1, 0]],
  ])('finds the version in %j', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  test('finds none where there is none', () => {
    expect(parseVersion('usage: etcd 3')).toBeUndefined();
  });
});

test.each([
  [[1, 36, 0], true],
  [[1, 36, 9], true],
  [[1, 37, 0], true],
  [[2, 0, 0], true],
  [[1, 35, 9], false],
  [[0, 99, 0], false],
] as const)('%j is at least 1.36: %j', (version, expected) => {
  expect(isAtLeast(version, [1, 36, 0])).toBe(expected);
});

test('writes a version as people do', () => {
  expect(formatVersion([3, 6, 8])).toBe('3.6.8');
});
