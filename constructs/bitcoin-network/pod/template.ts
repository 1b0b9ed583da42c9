import { createHash } from 'node:crypto';
import { checksumText } from '../config-map.ts';
import type { NetworkContext } from '../context.ts';
import { checksumAnnotation, objectLabels } from '../labels.ts';
import { bitcoindContainer } from './bitcoind.ts';
import { prepareContainer } from './prepare.ts';
import { volumes } from './volumes.ts';

/** User and group of the containers: `bitcoin` in the default image. */
const userId = 101;

/**
 * The pod of one node. The init container writes /bitcoin.conf and a copy of bitcoin-cli into a
 * memory volume. Both exist when `bitcoind` mounts them, at the same paths for every image.
 */
export function podTemplate(context: NetworkContext) {
  const { name, spec } = context;
  return {
    metadata: {
      labels: objectLabels(name),
      annotations: {
        [checksumAnnotation]: sha256(checksumText(context)),
        'kubectl.kubernetes.io/default-container': 'bitcoind',
      },
    },
    spec: {
      ...(spec.imagePullSecrets && { imagePullSecrets: spec.imagePullSecrets }),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // A large node flushes for minutes when it stops; a node that is killed loses blocks.
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
      volumes: volumes(context),
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
