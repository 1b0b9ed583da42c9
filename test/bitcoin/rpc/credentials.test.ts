import { createHmac } from 'node:crypto';
import { deriveCredentials, rpcauth } from '../../../bitcoin/rpc/credentials.ts';

test('an rpcauth line verifies the password without containing it', () => {
  const line = rpcauth({ user: 'alice', password: 'secret', salt: 'abcd' });
  const [, user, salt, hmac] = /^([^:]+):([^$]+)\$([0-9a-f]{64})$/.exec(line)!;
  expect([user, salt]).toEqual(['alice', 'abcd']);
  expect(hmac).toBe(createHmac('sha256', 'abcd').update('secret').digest('hex'));
  expect(line).not.toContain('secret');
});

describe('deriveCredentials', () => {
  const key = Buffer.alloc(32, 7);

  test('returns the same credentials for the same key and identity', () => {
    expect(deriveCredentials(key, 'a')).toEqual(deriveCredentials(key, 'a'));
  });

  test('derives different credentials for different networks and keys', () => {
    const credentials = [
      deriveCredentials(key, 'a'),
      deriveCredentials(key, 'b'),
      deriveCredentials(Buffer.alloc(32), 'a'),
    ];
    const parts = credentials.flatMap(({ user, password, salt }) => [user, password, salt]);
    expect(new Set(parts).size).toBe(9);
  });

  test('returns text that a line of bitcoin.conf can hold', () => {
    const { user, password, salt } = deriveCredentials(key, 'a');
    expect(user).toMatch(/^controller-[0-9a-f]{12}$/);
    expect(password).toMatch(/^[0-9a-f]{64}$/);
    expect(salt).toMatch(/^[0-9a-f]{32}$/);
  });
});
