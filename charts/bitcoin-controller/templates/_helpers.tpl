{{/* Generated from helm/ by npm run chart. Do not edit. */}}
{{/* Merges a list of maps, the first of which take precedence, and returns JSON. */}}
{{- define "bitcoin-controller.merge" }}
{{- $merged := dict }}
{{- range $map := . }}
{{- range $key, $value := $map }}
{{- if not (hasKey $merged $key) }}
{{- $_ := set $merged $key $value }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $merged }}
{{- end }}
