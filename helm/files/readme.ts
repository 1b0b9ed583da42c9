import type { ChartValue } from '../values/value.ts';
import { chartMetadata, chartName, minimumKubernetes } from './chart-yaml.ts';

/** Returns the README of the chart, which contains a table of the values. */
export function readme(version: string, values: readonly ChartValue[], banner: string): string {
  const { description } = chartMetadata(version);
  return `<!-- ${banner.replace(/^# /, '')} -->

# ${chartName}

${description}

The chart requires Kubernetes ${minimumKubernetes} or later, and Helm 3.17 or later, or Helm 4.

## Install

Build the controller's image from the project's Dockerfile, and push it to a registry. In the
project's folder:

\`\`\`sh
helm install ${chartName} charts/${chartName} --namespace ${chartName} --create-namespace \\
  --set image.repository=registry.example/${chartName}
\`\`\`

The names of the objects do not depend on the name of the release: the controller is the Deployment
\`${chartName}\` in the namespace of the release. A namespace can hold one release.

## Values

Helm rejects unknown names and wrong types (\`values.schema.json\`). A string that looks like a number
needs quotes, as in \`tag: "1.10"\`, or \`--set-string\` on the command line.

${table(values)}

## Uninstall

\`\`\`sh
helm uninstall ${chartName} --namespace ${chartName}
\`\`\`

The networks continue to run, because Helm keeps the CustomResourceDefinition (\`crds.keep\`) and the
chart does not contain the controller's master key, which is in the Secret \`${chartName}-key\`.
A release that is installed in the same namespace later manages the networks again and restarts no
node.
`;
}

function table(values: readonly ChartValue[]): string {
  const rows = values.map(
    ({ path, default: value, doc }) =>
      `| \`${path}\` | ${doc.replaceAll('|', '\\|')} | \`${JSON.stringify(value)}\` |`,
  );
  return ['| value | description | default |', '| --- | --- | --- |', ...rows].join('\n');
}
