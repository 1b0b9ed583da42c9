import type { Kubectl } from './kubectl.ts';

/**
 * Returns the identity that holds the controller's Lease.
 *
 * @param kubectl in the controller's namespace
 */
export async function leaseHolder(kubectl: Kubectl): Promise<string> {
  const { spec } = await kubectl.get<{ spec: { holderIdentity: string } }>(
    'lease',
    'bitcoin-controller',
  );
  return spec.holderIdentity;
}
