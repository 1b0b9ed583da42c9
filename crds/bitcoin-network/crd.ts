import { apiGroup, crdNames } from '../api-group.ts';
import { v1 } from './v1.ts';

/**
 * The spec of the CustomResourceDefinition, whose metadata.name must be
 * {@link customResourceDefinitionName}.
 */
export const customResourceDefinitionSpec = {
  group: apiGroup,
  names: crdNames,
  scope: 'Namespaced',
  versions: [
    {
      name: 'v1',
      served: true,
      storage: true,
      schema: { openAPIV3Schema: v1 },
      subresources: {
        status: {},
        scale: {
          specReplicasPath: '.spec.nodes',
          statusReplicasPath: '.status.replicas',
          labelSelectorPath: '.status.selector',
        },
      },
      additionalPrinterColumns: [
        {
          name: 'Nodes',
          type: 'integer',
          jsonPath: '.spec.nodes',
          description: 'Desired number of nodes.',
        },
        {
          name: 'Ready',
          type: 'integer',
          jsonPath: '.status.readyNodes',
          description: 'Number of nodes that respond to RPC.',
        },
        {
          name: 'Connected',
          type: 'integer',
          jsonPath: '.status.connectedNodes',
          description: 'Number of nodes whose planned links are all up.',
        },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        {
          name: 'Status',
          type: 'string',
          jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
          priority: 1,
          description: 'Reason of the Ready condition.',
        },
        {
          name: 'Image',
          type: 'string',
          jsonPath: '.spec.image',
          priority: 1,
          description: 'Container image of the nodes.',
        },
      ],
    },
  ],
} as const;

/** The name that Kubernetes requires for the CustomResourceDefinition. */
export const customResourceDefinitionName = `${crdNames.plural}.${apiGroup}`;
