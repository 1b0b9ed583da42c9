import type { NetworkContext } from '../context.ts';

/**
 * The fields that both containers share. The image is the same, because one container runs the
 * program that the other copies.
 */
export function commonContainer({ spec }: NetworkContext) {
  return {
    image: spec.image,
    imagePullPolicy: spec.imagePullPolicy,
    env: [
      fieldVariable('POD_NAME', 'metadata.name'),
      fieldVariable('POD_IPS', 'status.podIPs'),
      ...(spec.secret === undefined ? [] : credentialVariables(spec.secret)),
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

function credentialVariables(secret: string) {
  return ['BC_RPC_USER', 'BC_RPC_PASSWORD'].map((key) => ({
    name: key,
    valueFrom: { secretKeyRef: { name: secret, key } },
  }));
}
