import { join } from 'node:path';
import { serviceRange } from './identities.ts';
import type { State } from './state.ts';

/** The user whose kubeconfig a server uses, in the state's config folder. */
export function kubeconfigOf(state: State, user: string): string {
  return join(state.config, `${user}.kubeconfig`);
}

/** etcd needs an address to be known by; nobody calls this one, since it is its only member. */
const nowhere = 'http://localhost:1';

/**
 * etcd for one machine: on a socket only. It leaves writing to disk to the operating system, so
 * objects survive the end of every process, but perhaps not a power cut.
 */
export function etcdFlags(state: State): string[] {
  return [
    '--name=playground',
    `--data-dir=${state.etcd}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=unix://${state.etcdSocket}`,
    `--advertise-client-urls=${nowhere}`,
    `--listen-peer-urls=unix://${join(state.folder, 'etcd-peer.sock')}`,
    `--initial-advertise-peer-urls=${nowhere}`,
    `--initial-cluster=playground=${nowhere}`,
    '--log-level=warn',
  ];
}

/** kube-apiserver on 127.0.0.1, with RBAC and the admission of a real cluster. */
export function apiServerFlags(state: State, port: number): string[] {
  const pki = (file: string): string => join(state.pki, file);
  return [
    `--etcd-servers=unix://${state.etcdSocket}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--endpoint-reconciler-type=none',
    `--service-cluster-ip-range=${serviceRange}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--cert-dir=${state.config}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--tls-cert-file=${pki('kube-apiserver.crt')}`,
    `--tls-private-key-file=${pki('kube-apiserver.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    `--kubelet-client-certificate=${pki('kubelet-client.crt')}`,
    `--kubelet-client-key=${pki('kubelet-client.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki('service-account.pub')}`,
    `--service-account-signing-key-file=${pki('service-account.key')}`,
  ];
}

/** kube-controller-manager and kube-scheduler: one of each, listening nowhere. */
const alone = [
  '--leader-elect=false',
  '--secure-port=0',
  '--kube-api-qps=200',
  '--kube-api-burst=400',
];

/**
 * Pods have loopback addresses here, which these refuse with an event for each try. Nothing reads
 * what they make: names are resolved by the pods' /etc/hosts.
 */
const useless = [
  'endpoints-controller',
  'endpointslice-controller',
  'endpointslice-mirroring-controller',
];

export function controllerManagerFlags(state: State): string[] {
  return [
    `--kubeconfig=${kubeconfigOf(state, 'kube-controller-manager')}`,
    ...alone,
    `--controllers=${['*', ...useless.map((name) => `-${name}`)].join(',')}`,
    '--use-service-account-credentials',
    `--service-account-private-key-file=${join(state.pki, 'service-account.key')}`,
    `--root-ca-file=${join(state.pki, 'ca.crt')}`,
  ];
}

export function schedulerFlags(state: State): string[] {
  return [`--kubeconfig=${kubeconfigOf(state, 'kube-scheduler')}`, ...alone];
}
