/** Returns a BitcoinNetwork as a user writes it, valid or not. */
export const networkResource = (
  spec: unknown,
  metadata: Record<string, unknown> = { name: 'alice' },
): object => ({
  apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
  kind: 'BitcoinNetwork',
  metadata,
  spec,
});
