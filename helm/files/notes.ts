import { crdNames, customResourceDefinitionName } from '../../crds/index.ts';

/** The text that Helm prints after an install or an upgrade. */
export const notes = `The controller of bitcoin test networks is installed in the namespace {{ .Release.Namespace }}
{{- if eq .Values.scope "Cluster" }} and
watches all namespaces.
{{- else }} and
watches this namespace only.
{{- end }}

1. Wait until it is ready:

   kubectl -n {{ .Release.Namespace }} rollout status deployment bitcoin-controller
{{- if hasPrefix "localhost/" .Values.image.repository }}

   The image {{ .Values.image.repository }} must be loaded into the nodes of the cluster. To use a
   registry, set image.repository.
{{- end }}
{{- if not .Values.crds.create }}

   The release does not contain the CustomResourceDefinition, which another one must install:

   kubectl get crd ${customResourceDefinitionName}
{{- end }}

2. Create a network of three nodes:

   kubectl{{ if ne .Values.scope "Cluster" }} -n {{ .Release.Namespace }}{{ end }} apply -f - <<EOF
   apiVersion: bitcoincontroller.christianb93.github.com/v1
   kind: ${crdNames.kind}
   metadata:
     name: alice
   spec:
     nodes: 3
   EOF

3. Wait until its nodes are connected:

   kubectl{{ if ne .Values.scope "Cluster" }} -n {{ .Release.Namespace }}{{ end }} wait --for=condition=PeersConnected bitcoinnetwork/alice --timeout=5m
{{- if not (and .Values.crds.create .Values.crds.keep) }}
{{- if .Values.crds.create }}

WARNING: crds.keep is false. helm uninstall deletes all networks of the cluster.
{{- end }}
{{- end }}
`;
