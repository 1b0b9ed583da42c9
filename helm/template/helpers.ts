const mergeName = 'bitcoin-controller.merge';

/**
 * The named templates that templates include. Helm's function `merge` does not fit: it replaces an
 * empty string of an earlier map by the value of a later one.
 */
export const helpers = `{{/* Merges a list of maps, the first of which take precedence, and returns JSON. */}}
{{- define "${mergeName}" }}
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
`;

/** Returns a pipeline that merges maps, the first of which take precedence. */
export function mergeMaps(maps: readonly string[]): string {
  return `include "${mergeName}" (list ${maps.join(' ')}) | fromJson`;
}
