import { createHash } from 'node:crypto';
import { regtest, rpcPort } from '../../../bitcoin/chain.ts';
import { dataDirectory } from '../../../bitcoin/config/config-file.ts';
import { sharedConfigFile } from '../config-map.ts';
import { checksumAnnotation, objectLabels } from '../labels.ts';
import type { NetworkContext } from '../context.ts';
import { configDirectory, runDirectory } from '../start-script.ts';

/** User and group of the containers: `bitcoin` in the default image. */
const userId = 101;

const cliPath = '/usr/local/bin/bitcoin-cli';
const configPath = '/bitcoin.conf';

/**
 * The pod of one node. `prepare` writes /bitcoin.conf and a copy of bitcoin-cli
 * into memory, so that both exist when `bitcoind` mounts them at the paths that
 * are the same for every image.
 */
export function podTemplate(context: NetworkContext) {
  const { name, names, spec } = context;
  return {
    metadata: {
      labels: objectLabels(name),
      annotations: {
        [checksumAnnotation]: checksum(sharedConfigFile(context)),
        'kubectl.kubernetes.io/default-container': 'bitcoind',
      },
    },
    spec: {
      ...(spec.imagePullSecrets && { imagePullSecrets: spec.imagePullSecrets }),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // A large node flushes for minutes when it stops; killed, it loses blocks.
      terminationGracePeriodSeconds: 600,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: userId,
        runAsGroup: userId,
        fsGroup: userId,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      initContainers: [prepareContainer(context)],
      containers: [bitcoindContainer(context)],
      volumes: [
        { name: 'config', configMap: { name: names.configMap, defaultMode: 0o444 } },
        { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
        { name: 'data', emptyDir: {} },
      ],
    },
  };
}

function prepareContainer(context: NetworkContext) {
  return {
    name: 'prepare',
    ...commonContainer(context),
    command: ['sh', `${configDirectory}/start.sh`, 'prepare'],
    volumeMounts: directoryMounts,
  };
}

function bitcoindContainer(context: NetworkContext) {
  return {
    name: 'bitcoind',
    ...commonContainer(context),
    command: ['sh', `${configDirectory}/start.sh`],
    ports: [
      { name: 'rpc', containerPort: rpcPort, protocol: 'TCP' },
      { name: 'p2p', containerPort: regtest.p2pPort, protocol: 'TCP' },
    ],
    // Loading a large chain takes minutes, in which RPC answers -28: an hour until a restart is tried.
    startupProbe: { exec: answersRpc, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 3600 },
    readinessProbe: { exec: answersRpc, periodSeconds: 10, timeoutSeconds: 5 },
    lifecycle: { preStop: { exec: untilSigtermIsHandled } },
    volumeMounts: [
      ...directoryMounts,
      { name: 'run', mountPath: configPath, subPath: 'bitcoin.conf', readOnly: true },
      { name: 'run', mountPath: cliPath, subPath: 'bitcoin-cli', readOnly: true },
    ],
  };
}

/** The contract's command: it works in every pod, whatever the image. */
const answersRpc = {
  command: [cliPath, `-${regtest.name}`, `-conf=${configPath}`, 'getnetworkinfo'],
};

/**
 * The kernel drops a SIGTERM that process 1 has no handler for, as bitcoind has none in its first
 * moments: its pod would stay for the whole grace period. SIGTERM is bit 14 of the mask of handled
 * signals (proc(5), SigCgt); a kernel that does not tell is not waited for.
 */
const untilSigtermIsHandled = {
  command: [
    'sh',
    '-c',
    "while grep -q '^SigCgt:.*[0-389ab]...$' /proc/1/status; do sleep 0.1; done",
  ],
};

const directoryMounts = [
  { name: 'config', mountPath: configDirectory, readOnly: true },
  { name: 'run', mountPath: runDirectory },
  { name: 'data', mountPath: dataDirectory },
];

/** What both containers share; the same image, since one runs what the other copies. */
function commonContainer({ spec }: NetworkContext) {
  return {
    image: spec.image,
    imagePullPolicy: spec.imagePullPolicy,
    env: [
      fieldVariable('POD_NAME', 'metadata.name'),
      fieldVariable('POD_IPS', 'status.podIPs'),
      ...(spec.secret === undefined ? [] : loginVariables(spec.secret)),
    ],
    resources: spec.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function fieldVariable(name: string, fieldPath: string) {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
}

function loginVariables(secret: string) {
  return ['BC_RPC_USER', 'BC_RPC_PASSWORD'].map((key) => ({
    name: key,
    valueFrom: { secretKeyRef: { name: secret, key } },
  }));
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
