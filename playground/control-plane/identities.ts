import type { Subject } from './certificates.ts';

/** The names and addresses of the API server, from the host and from pods. */
const apiServerNames = [
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '10.96.0.1' },
  { type: 'dns', value: 'localhost' },
  { type: 'dns', value: 'kubernetes' },
  { type: 'dns', value: 'kubernetes.default' },
  { type: 'dns', value: 'kubernetes.default.svc' },
  { type: 'dns', value: 'kubernetes.default.svc.cluster.local' },
] as const;

/** The range of cluster IPs. The first address is the API server's. */
export const serviceRange = '10.96.0.0/16';

/** The subjects of all certificates. */
export function identities(nodeName: string): readonly Subject[] {
  return [
    { file: 'admin', user: 'admin', group: 'system:masters' },
    { file: 'kube-apiserver', user: 'kube-apiserver', names: apiServerNames },
    {
      file: 'kubelet-client',
      user: 'kube-apiserver-kubelet-client',
      group: 'system:masters',
    },
    { file: 'kube-controller-manager', user: 'system:kube-controller-manager' },
    { file: 'kube-scheduler', user: 'system:kube-scheduler' },
    {
      file: 'node',
      user: `system:node:${nodeName}`,
      group: 'system:nodes',
      names: [
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
        { type: 'dns', value: nodeName },
      ],
    },
  ];
}
