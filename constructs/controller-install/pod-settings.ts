import { JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { certificateVolume } from './metrics.ts';
import { defaultResources, type ControllerInstallProps, type Quantities } from './props.ts';

const pod = '/spec/template/spec';

/** Returns patches of a Deployment for the settings of its pods that cdk8s-plus cannot express. */
export function podSettings(props: ControllerInstallProps): JsonPatch[] {
  const { nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets } = props;
  const settings: Readonly<Record<string, unknown>> = {
    imagePullSecrets: imagePullSecrets?.map((name) => ({ name })),
    nodeSelector,
    tolerations,
    affinity,
    priorityClassName,
  };
  return [
    JsonPatch.add(`${pod}/containers/0/resources`, resources(props)),
    ...certificateVolume(pod, props.metrics),
    ...Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => JsonPatch.add(`${pod}/${name}`, value)),
  ];
}

/** Patches apply to the typed properties of cdk8s, in which a quantity is an object. */
function resources({ resources = defaultResources }: ControllerInstallProps) {
  const quantities = (values: Quantities) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, k8s.Quantity.fromString(value)]),
    );
  const { limits, requests } = resources;
  return {
    ...(limits && { limits: quantities(limits) }),
    ...(requests && { requests: quantities(requests) }),
  };
}
