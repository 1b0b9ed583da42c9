import type { ApiObjectMetadata } from 'cdk8s';
import type { SaltedCredentials } from '../../bitcoin/rpc/credentials.ts';
import { fullMesh, type Topology } from '../../bitcoin/plan/topologies/full-mesh.ts';
import { apiGroup, crdNames } from '../../crds/api-group.ts';
import type { DefaultedBitcoinNetwork } from './defaults.ts';
import { objectLabels } from './labels.ts';
import { networkNames, type NetworkNames } from './names.ts';

/** What ties the objects to a BitcoinNetwork in the cluster and to the controller that runs it. */
export interface LiveContext {
  /** metadata.uid of the BitcoinNetwork, which will own the objects. */
  readonly uid: string;
  /** The login by which the controller reaches the nodes' RPC servers. */
  readonly credentials: SaltedCredentials;
  /** Update partition of the StatefulSet: pods from this ordinal on follow a changed template. */
  readonly updatePartition: number;
}

/** What the objects of one network are made from. */
export interface NetworkContext {
  readonly name: string;
  readonly spec: DefaultedBitcoinNetwork['spec'];
  readonly live: LiveContext | undefined;
  readonly names: NetworkNames;
  readonly topology: Topology;
  /** Metadata of an object of this name, with the labels and the owner that all objects share. */
  readonly metadata: (name: string) => ApiObjectMetadata;
}

/** Derives what the objects of a network have in common. */
export function networkContext(
  { metadata: { name, namespace }, spec }: DefaultedBitcoinNetwork,
  live: LiveContext | undefined,
): NetworkContext {
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
    live,
    names: networkNames(name),
    topology: fullMesh(spec.nodes),
    metadata: (objectName) => ({
      name: objectName,
      ...(namespace !== undefined && { namespace }),
      labels: objectLabels(name),
      ...(owner && { ownerReferences: [owner] }),
    }),
  };
}
