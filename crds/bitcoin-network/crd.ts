import { apiGroup, crdNames } from '../api-group.ts';
import { v1 } from './v1.ts';

/** spec of the CustomResourceDefinition; its metadata.name must be {@link customResourceDefinitionName}. */
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
          description: 'Nodes asked for.',
        },
        {
          name: 'Ready',
          type: 'integer',
          jsonPath: '.status.readyNodes',
          description: 'Nodes that answer RPC calls.',
        },
        {
          name: 'Connected',
          type: 'integer',
          jsonPath: '.status.connectedNodes',
          description: 'Nodes that have all their planned links.',
        },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        {
          name: 'Status',
          type: 'string',
          jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
          priority: 1,
          description: 'Reason of the condition Ready.',
        },
        {
          name: 'Image',
          type: 'string',
          jsonPath: '.spec.image',
          priority: 1,
          description: 'Image of the nodes.',
        },
      ],
    },
  ],
} as const;

/** Name that Kubernetes demands of the CustomResourceDefinition. */
export const customResourceDefinitionName = `${crdNames.plural}.${apiGroup}`;
