import { ConvergedNetworks } from '../../../../controller/bitcoin-network/objects/converged.ts';

describe('ConvergedNetworks', () => {
  test('contains a network only with the fingerprint that it converged with', () => {
    const converged = new ConvergedNetworks();
    expect(converged.has('lab/alice', 'a')).toBe(false);
    converged.set('lab/alice', 'a');
    expect(converged.has('lab/alice', 'a')).toBe(true);
    expect(converged.has('lab/alice', 'b')).toBe(false);
    expect(converged.has('lab/bob', 'a')).toBe(false);
  });

  test('contains no network whose required objects do not all exist', () => {
    const converged = new ConvergedNetworks();
    expect(converged.has('lab/alice', undefined)).toBe(false);
  });

  test('replaces the fingerprint of a network', () => {
    const converged = new ConvergedNetworks();
    converged.set('lab/alice', 'a');
    converged.set('lab/alice', 'b');
    expect(converged.has('lab/alice', 'a')).toBe(false);
    expect(converged.has('lab/alice', 'b')).toBe(true);
  });

  test('forgets a deleted network', () => {
    const converged = new ConvergedNetworks();
    converged.set('lab/alice', 'a');
    converged.delete('lab/alice');
    expect(converged.has('lab/alice', 'a')).toBe(false);
  });
});
