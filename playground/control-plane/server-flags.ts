import { join } from 'node:path';
import { serviceRange } from './identities.ts';
import type { State } from './state.ts';

/** The path of a user's kubeconfig. */
export function kubeconfigOf(state: State, user: string): string {
  return join(state.config, `${user}.kubeconfig`);
}

/** etcd requires a peer URL. The only member never uses this one. */
const unusedUrl = 'http://localhost:1';

/**
 * Flags of etcd, which listens only on a socket. Without fsync, objects survive the end of every
 * process, but possibly not a power failure.
 */
export function etcdFlags(state: State): string[] {
  return [
    '--name=playground',
    `--data-dir=${state.etcd}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=unix://${state.etcdSocket}`,
    `--advertise-client-urls=${unusedUrl}`,
    `--listen-peer-urls=unix://${join(state.folder, 'etcd-peer.sock')}`,
    `--initial-advertise-peer-urls=${unusedUrl}`,
    `--initial-cluster=playground=${unusedUrl}`,
    '--log-level=warn',
  ];
}

/** Flags of kube-apiserver on 127.0.0.1, with the authorization and admission of a real cluster. */
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

/** Flags of the only kube-controller-manager and kube-scheduler, which do not listen. */
const singleInstance = [
  '--leader-elect=false',
  '--secure-port=0',
  '--kube-api-qps=200',
  '--kube-api-burst=400',
];

/**
 * Controllers that reject the pods' loopback addresses and record an event for each attempt. Their
 * endpoints are not needed, because /etc/hosts resolves the names of pods.
 */
const disabledControllers = [
  'endpoints-controller',
  'endpointslice-controller',
  'endpointslice-mirroring-controller',
];

export function controllerManagerFlags(state: State): string[] {
  return [
    `--kubeconfig=${kubeconfigOf(state, 'kube-controller-manager')}`,
    ...singleInstance,
    `--controllers=${['*', ...disabledControllers.map((name) => `-${name}`)].join(',')}`,
    '--use-service-account-credentials',
    `--service-account-private-key-file=${join(state.pki, 'service-account.key')}`,
    `--root-ca-file=${join(state.pki, 'ca.crt')}`,
  ];
}

export function schedulerFlags(state: State): string[] {
  return [`--kubeconfig=${kubeconfigOf(state, 'kube-scheduler')}`, ...singleInstance];
}
