import { apiGroup, crdNames, customResourceDefinitionName } from '../../crds/index.ts';

/** The flag of kubectl for a network that the controller of the release watches. */
const inNamespace = '{{ if ne .Values.scope "Cluster" }} -n {{ .Release.Namespace }}{{ end }}';

/** The text that Helm prints after an install or an upgrade. */
export const notes = `The controller of bitcoin test networks is installed in the namespace {{ .Release.Namespace }}
{{- if eq .Values.scope "Cluster" }} and
watches all namespaces.
{{- else }} and
watches this namespace only.
{{- end }}
{{- if hasPrefix "localhost/" .Values.image.repository }}

The image {{ .Values.image.repository }} must be loaded into the nodes of the cluster. To use
a registry, set image.repository.
{{- end }}
{{- if not .Values.crds.create }}

This release does not contain the CustomResourceDefinition. If the following command does not
find it, an administrator must install it:

kubectl get crd ${customResourceDefinitionName}
{{- else if not .Values.crds.keep }}

WARNING: crds.keep is false. helm uninstall deletes all networks of the cluster.
{{- end }}

1. Wait until the controller is ready:

kubectl -n {{ .Release.Namespace }} rollout status deployment bitcoin-controller

2. Create a network of three nodes:

kubectl${inNamespace} apply -f - <<EOF
apiVersion: ${apiGroup}/v1
kind: ${crdNames.kind}
metadata:
  name: alice
spec:
  nodes: 3
EOF

3. Wait until its nodes are connected:

kubectl${inNamespace} wait --for=condition=PeersConnected bitcoinnetwork/alice --timeout=5m
`;
