import { AddressPool } from '../../../../playground/kubelet/pods/address-pool.ts';

test('returns addresses in order and reuses released addresses last', () => {
  const pool = new AddressPool(70);
  expect([pool.take(), pool.take()]).toEqual(['127.70.0.2', '127.70.0.3']);
  pool.release('127.70.0.2');
  expect(pool.take()).toBe('127.70.0.4');
});

test('returns the preferred address if it is free and in its network', () => {
  const pool = new AddressPool(70);
  expect(pool.take('127.70.1.9')).toBe('127.70.1.9');
  expect(pool.take('127.70.1.9')).toBe('127.70.0.2');
  expect(pool.take('127.71.0.7')).toBe('127.70.0.3');
});

test('two pools on one machine never share a network', async () => {
  const seed = 'address-pool.test';
  const first = await AddressPool.claim(seed);
  const second = await AddressPool.claim(seed);
  const network = (pool: AddressPool) => pool.take().split('.')[1];
  expect(network(first)).not.toBe(network(second));
  first.close();
  second.close();
});
