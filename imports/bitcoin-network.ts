// Generated from crds/ by npm run import. Do not edit.
/* eslint-disable @typescript-eslint/consistent-indexed-object-style -- generated code */

/**
 * A bitcoin test network: bitcoin nodes on regtest, each in a pod of its own, that stay connected to each other.
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
 * Desired state of the network.
 */
export interface BitcoinNetworkSpec {
  /**
   * Number of bitcoin nodes, 0 to 64. Each node is a pod (NAME-sts-0, NAME-sts-1, ...) that is linked to every other node. The number can be changed at any time, also with kubectl scale; the remaining nodes are not restarted. A network with 0 nodes has no pods.
   */
  nodes: number;
  /**
   * Name of a Secret in the same namespace whose keys BC_RPC_USER and BC_RPC_PASSWORD hold the RPC credentials that every node accepts. If unset, nodes accept no user credentials; bitcoin-cli inside the pods works in both cases. Another name restarts the nodes one at a time; a changed value in the Secret takes effect after kubectl rollout restart.
   */
  secret?: string;
  /**
   * Container image with bitcoind and bitcoin-cli, on the PATH or where docker.io/bitcoin/bitcoin has them. Default: docker.io/bitcoin/bitcoin:31.1. A change restarts the nodes one at a time.
   */
  image?: string;
  /**
   * When the image is pulled. Always: at each start of a node; IfNotPresent: only if the image is not present on the machine; Never: not at all. Default: IfNotPresent. A change restarts the nodes one at a time.
   */
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /**
   * Secrets in the same namespace with the credentials for pulling the image from private registries. Default: none. A change restarts the nodes one at a time.
   *
   * @maxItems 16
   */
  imagePullSecrets?: LocalObjectReference[];
  /**
   * Options of bitcoind for every node, as in bitcoin.conf: a name without dash, and one value (1 for on, 0 for off; not true or false). For options with several values, use configLists. An option replaces the value that the network sets by default, for example of dbcache, fallbackfee or maxtipage. Options that the network depends on are rejected: the chain, files and directories, how bitcoind runs and listens, links between nodes, and rpc options other than rpcthreads and rpcworkqueue. If the bitcoind of the image does not support an option, the node does not start and the Ready condition reports the option. A change restarts the nodes one at a time. Default: none.
   */
  config?: {
    [k: string]: number | string;
  };
  /**
   * Options of bitcoind that it takes more than once, each with the list of its values, for example debug: [net, validation]. An option is in config or in configLists, not in both, and the options that config rejects are rejected here. A change restarts the nodes one at a time. Default: none.
   */
  configLists?: {
    /**
     * @maxItems 16
     */
    [k: string]: (number | string)[];
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
 * CPU, memory and local storage of each node. Default: requests of 20m cpu and 128Mi memory, no limits. A value replaces the default as a whole. A change restarts the nodes one at a time.
 */
export interface ResourceRequirements {
  requests?: ResourceRequests;
  limits?: ResourceLimits;
}
/**
 * Resources that the scheduler reserves for each node. If a resource has a limit but no request, the request equals the limit.
 */
export interface ResourceRequests {
  /**
   * CPU in cores, such as 1 or 200m (a fifth of a core).
   */
  cpu?: number | string;
  /**
   * Memory in bytes, such as 256Mi.
   */
  memory?: number | string;
  /**
   * Local storage in bytes, such as 2Gi. Blocks, chain state and wallets count towards it while the data is in an emptyDir.
   */
  'ephemeral-storage'?: number | string;
}
/**
 * Maximum resources that each node may use. CPU is throttled at the limit; a node that exceeds its memory or storage is terminated and started again.
 */
export interface ResourceLimits {
  /**
   * CPU in cores, such as 1 or 200m (a fifth of a core).
   */
  cpu?: number | string;
  /**
   * Memory in bytes, such as 256Mi.
   */
  memory?: number | string;
  /**
   * Local storage in bytes, such as 2Gi. Blocks, chain state and wallets count towards it while the data is in an emptyDir.
   */
  'ephemeral-storage'?: number | string;
}
/**
 * Observed state of the network. Only the controller writes it.
 */
export interface BitcoinNetworkStatus {
  /**
   * The metadata.generation that this status describes. While it is lower than metadata.generation, the controller has not yet processed the latest change.
   */
  observedGeneration?: number;
  /**
   * Namespace of the controller that manages the network. Controllers in other namespaces leave the network alone. To hand the network over, remove this field.
   */
  controller?: string;
  /**
   * Number of nodes that have a pod, for the scale subresource.
   */
  replicas?: number;
  /**
   * Label selector of the pods, for the scale subresource.
   */
  selector?: string;
  /**
   * Number of ready nodes, whose bitcoind responds to RPC.
   */
  readyNodes?: number;
  /**
   * Number of nodes whose planned links are all up.
   */
  connectedNodes?: number;
  /**
   * Status of each node, ordered by ordinal.
   *
   * @maxItems 1000
   */
  nodes?: BitcoinNodeStatus[];
  /**
   * Conditions of the network. Ready: the latest change is complete and every node is ready. ObjectsApplied: every object is stored as the controller applied it. PeersConnected: every planned link is up. Reconciling: the controller is applying a change or waiting for it to take effect. Stalled: reconciliation needs user action; see message. To wait for a condition, use kubectl wait, for example with --for=condition=Ready.
   *
   * @maxItems 16
   */
  conditions?: Condition[];
}
/**
 * Status of one node of the network. Each node is one pod.
 */
export interface BitcoinNodeStatus {
  /**
   * Name of the pod, such as alice-sts-0.
   */
  nodeName: string;
  /**
   * Ordinal of the node, counted from 0: the last part of nodeName.
   */
  ordinal: number;
  /**
   * Whether bitcoind responds to RPC (the pod is Ready).
   */
  ready: boolean;
  /**
   * Time at which this pod first became ready; absent until then. Its data may hold blocks that no other node has.
   */
  firstReadyTime?: string;
  /**
   * IP address of the pod; absent until the pod has one.
   */
  ip?: string;
  /**
   * DNS name of the node for other pods in the namespace, such as alice-sts-0.alice-svc.
   */
  dnsName?: string;
  /**
   * Number of other nodes of this network that the node is linked to, each counted once; absent while unknown.
   */
  peers?: number;
}
/**
 * State of one aspect of the network.
 */
export interface Condition {
  /**
   * Type of the condition, such as Ready or PeersConnected.
   */
  type: string;
  /**
   * True, False, or Unknown if the state cannot be determined.
   */
  status: 'True' | 'False' | 'Unknown';
  /**
   * The metadata.generation that the condition is based on.
   */
  observedGeneration?: number;
  /**
   * Time at which status last changed.
   */
  lastTransitionTime: string;
  /**
   * Reason for the status, as one word for programs.
   */
  reason: string;
  /**
   * Explanation of the status for people, with the action to take if one is needed.
   */
  message: string;
}
