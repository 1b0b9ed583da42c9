import type { ApiObjectMetadata } from 'cdk8s';
import { planNetwork, type NetworkPlan } from '../../bitcoin/plan/network-plan.ts';
import type { SaltedCredentials } from '../../bitcoin/rpc/credentials.ts';
import { apiGroup, crdNames } from '../../crds/api-group.ts';
import type { DefaultedBitcoinNetwork } from './defaults.ts';
import { objectLabels } from './labels.ts';
import { networkNames, type NetworkNames } from './names.ts';

/** Ties the objects to a BitcoinNetwork in the cluster and to the controller that reconciles it. */
export interface LiveContext {
  /** metadata.uid of the BitcoinNetwork, which will own the objects. */
  readonly uid: string;
  /** The controller's credentials for the nodes' RPC servers. */
  readonly credentials: SaltedCredentials;
  /** Update partition of the StatefulSet: a changed template replaces pods from this ordinal on. */
  readonly updatePartition: number;
}

/** The inputs that the objects of one network share. */
export interface NetworkContext {
  /** metadata.name of the BitcoinNetwork. */
  readonly name: string;
  readonly spec: DefaultedBitcoinNetwork['spec'];
  readonly plan: NetworkPlan;
  readonly names: NetworkNames;
  /** Undefined for objects that no controller reconciles. */
  readonly live: LiveContext | undefined;
  /**
   * Returns the metadata of an object: its name, and the labels and owner that all objects share.
   */
  readonly metadata: (objectName: string) => ApiObjectMetadata;
}

/** Returns the context of a network's objects. */
export function networkContext(
  { metadata: { name, namespace }, spec }: DefaultedBitcoinNetwork,
  live: LiveContext | undefined,
): NetworkContext {
  const plan = planNetwork(spec);
  const owner = live && {
    apiVersion: `${apiGroup}/v1`,
    kind: crdNames.kind,
    name,
    uid: live.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    name,
    spec,
    plan,
    names: networkNames(name, plan.chain),
    live,
    metadata: (objectName) => ({
      name: objectName,
      ...(namespace !== undefined && { namespace }),
      labels: objectLabels(name),
      ...(owner && { ownerReferences: [owner] }),
    }),
  };
}
