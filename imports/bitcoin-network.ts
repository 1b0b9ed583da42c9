// Generated from crds/ by npm run import. Do not edit.
/* eslint-disable @typescript-eslint/consistent-indexed-object-style -- the generator's style */

/**
 * A bitcoin test network: bitcoin nodes on regtest, each in a pod of its own, that stay linked with each other.
 */
export interface BitcoinNetwork {
  apiVersion: 'bitcoincontroller.christianb93.github.com/v1';
  kind: 'BitcoinNetwork';
  metadata: ObjectMeta;
  spec: BitcoinNetworkSpec;
  status?: BitcoinNetworkStatus;
}
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: {
    [k: string]: string;
  };
  annotations?: {
    [k: string]: string;
  };
}
/**
 * The network that is asked for.
 */
export interface BitcoinNetworkSpec {
  /**
   * How many bitcoin nodes the network has, 0 to 64. Each is a pod (NAME-sts-0, NAME-sts-1, ...) that is linked to every other. It can be changed at any time, also with kubectl scale: nodes that stay are not restarted. 0 keeps the network without any pod.
   */
  nodes: number;
  /**
   * Name of a Secret in the same namespace whose keys BC_RPC_USER and BC_RPC_PASSWORD hold the RPC login of every node. Without it nodes have no RPC login for users; bitcoin-cli inside the pods works either way. Another name restarts the nodes one by one; a changed value waits for kubectl rollout restart.
   */
  secret?: string;
  /**
   * Container image that holds bitcoind and bitcoin-cli, on the PATH or where docker.io/bitcoin/bitcoin keeps them. Default: docker.io/bitcoin/bitcoin:31.1. A change restarts the nodes one by one.
   */
  image?: string;
  /**
   * When the image is pulled: Always, at each start of a node; IfNotPresent, only where it is not yet there; Never, not at all. Default: IfNotPresent.
   */
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /**
   * Secrets in the same namespace with the logins of private registries that the image is pulled from. Default: none.
   *
   * @maxItems 16
   */
  imagePullSecrets?: LocalObjectReference[];
  /**
   * Options of bitcoind for every node, as in bitcoin.conf: a name without dash, and one value (0 and 1 for off and on). It takes the place of a value that the network would set, such as dbcache, fallbackfee or maxtipage. Options that the network needs for itself are refused: the chain, files, how bitcoind runs and listens, links between nodes, every rpc option. A name that the bitcoind of the image does not know keeps the node from starting and is reported in the condition Ready. A change restarts the nodes one by one. Default: none.
   */
  config?: {
    [k: string]: number | string;
  };
  resources?: ResourceRequirements;
}
export interface LocalObjectReference {
  /**
   * Name of a Secret of type kubernetes.io/dockerconfigjson.
   */
  name: string;
}
/**
 * Processor time, memory and storage of each node. Default: requests of 20m cpu and 128Mi memory, no limits. What is given here replaces that default as a whole. A change restarts the nodes one by one.
 */
export interface ResourceRequirements {
  requests?: ResourceRequests;
  limits?: ResourceLimits;
}
/**
 * What the scheduler sets aside for a node. A resource that has a limit and no request requests its limit.
 */
export interface ResourceRequests {
  /**
   * Processor time in cores, such as 1 or 200m (a fifth of a core).
   */
  cpu?: number | string;
  /**
   * Memory in bytes, such as 256Mi.
   */
  memory?: number | string;
  /**
   * Space on the node in bytes, such as 2Gi. Blocks, chain state and wallets count against it while the data lies in an emptyDir.
   */
  'ephemeral-storage'?: number | string;
}
/**
 * The most that a node may use: cpu is throttled there; a node that passes its memory or storage is ended and started again.
 */
export interface ResourceLimits {
  /**
   * Processor time in cores, such as 1 or 200m (a fifth of a core).
   */
  cpu?: number | string;
  /**
   * Memory in bytes, such as 256Mi.
   */
  memory?: number | string;
  /**
   * Space on the node in bytes, such as 2Gi. Blocks, chain state and wallets count against it while the data lies in an emptyDir.
   */
  'ephemeral-storage'?: number | string;
}
/**
 * The network as the controller last saw it. Written by the controller alone.
 */
export interface BitcoinNetworkStatus {
  /**
   * The metadata.generation that this status describes: while it is lower, a change is not yet seen.
   */
  observedGeneration?: number;
  /**
   * How many nodes have a pod, for the scale subresource.
   */
  replicas?: number;
  /**
   * Label selector of the pods, for the scale subresource.
   */
  selector?: string;
  /**
   * How many nodes are ready: their bitcoind answers RPC calls.
   */
  readyNodes?: number;
  /**
   * How many nodes have every link up that is planned for them.
   */
  connectedNodes?: number;
  /**
   * The nodes, ordered by ordinal.
   *
   * @maxItems 1000
   */
  nodes?: BitcoinNodeStatus[];
  /**
   * The state of the network as conditions. Ready: the last change is carried out and every node is ready. PeersConnected: every planned link is up. Reconciling: the controller is at work. Stalled: it cannot go on without help, and message says what is needed. kubectl wait --for=condition=Ready waits for one.
   *
   * @maxItems 16
   */
  conditions?: Condition[];
}
/**
 * One node of the network, which is one pod.
 */
export interface BitcoinNodeStatus {
  /**
   * Name of the pod, such as alice-sts-0.
   */
  nodeName: string;
  /**
   * Number of the node, counted from 0: the last part of nodeName.
   */
  ordinal: number;
  /**
   * Whether bitcoind answers RPC calls (the pod is Ready).
   */
  ready: boolean;
  /**
   * Address of the pod; absent until it has one.
   */
  ip?: string;
  /**
   * Name under which other pods in the namespace reach the node, such as alice-sts-0.alice-svc.
   */
  dnsName?: string;
  /**
   * How many other nodes of this network the node is linked to, each counted once; absent while it is not known.
   */
  peers?: number;
}
/**
 * One aspect of the state of the network.
 */
export interface Condition {
  /**
   * What the condition is about, such as Ready or PeersConnected.
   */
  type: string;
  /**
   * True, False, or Unknown where it could not be found out.
   */
  status: 'True' | 'False' | 'Unknown';
  /**
   * The metadata.generation that the condition was judged by.
   */
  observedGeneration?: number;
  /**
   * When status last changed.
   */
  lastTransitionTime: string;
  /**
   * Why the condition has its status, as one word for programs.
   */
  reason: string;
  /**
   * Why the condition has its status, and what can be done, for people.
   */
  message: string;
}
