import { arch, hostname, platform, release } from 'node:os';

/** The Ready condition of a Node. */
export interface ReadyCondition {
  readonly type: string;
  readonly status: string;
  readonly lastHeartbeatTime?: string;
  readonly lastTransitionTime?: string;
}

/**
 * The resources that the scheduler may assign. The playground does not limit pods, so requests must
 * not keep a large network from running on a small machine.
 */
const capacity = { cpu: '1000', memory: '1Ti', 'ephemeral-storage': '1Ti', pods: '250' };

/** The version of the kubelet whose behavior the playground follows. */
const kubeletVersion = 'v1.36.3';

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
const architecture = architectures[arch()] ?? arch();

/** The well-known labels of a Node. */
export function nodeLabels(name: string): Record<string, string> {
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': platform(),
    'kubernetes.io/arch': architecture,
  };
}

/**
 * The status of the Node.
 *
 * @param previous the current Ready condition, whose transition time is preserved
 * @param now the current time as the API formats it
 */
export function nodeStatus(
  { address, kubeletPort }: { readonly address: string; readonly kubeletPort: number },
  previous: ReadyCondition | undefined,
  now: string,
): object {
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'the playground is posting ready status',
    lastHeartbeatTime: now,
    lastTransitionTime: previous?.status === 'True' ? previous.lastTransitionTime : now,
  };
  return {
    // Without a host name, which the API server would prefer and cannot resolve.
    addresses: [{ type: 'InternalIP', address }],
    // The API server passes exec as plain WebSocket to nodes that declare this feature.
    declaredFeatures: ['ExtendWebSocketsToKubelet'],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    capacity,
    allocatable: capacity,
    conditions: [ready],
    nodeInfo: {
      architecture,
      bootID: '',
      containerRuntimeVersion: 'playground://1',
      kernelVersion: release(),
      kubeProxyVersion: '',
      kubeletVersion,
      machineID: '',
      operatingSystem: platform(),
      osImage: hostname(),
      systemUUID: '',
    },
  };
}
