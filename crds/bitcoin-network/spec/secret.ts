import { objectName } from '../../schema/object-name.ts';

/** spec.secret. */
export const secret = objectName(
  'Name of a Secret in the same namespace whose keys BC_RPC_USER and BC_RPC_PASSWORD hold the RPC credentials that every node accepts. If unset, nodes accept no user credentials; bitcoin-cli inside the pods works in both cases. Another name restarts the nodes one at a time; a changed value in the Secret takes effect after kubectl rollout restart.',
);
