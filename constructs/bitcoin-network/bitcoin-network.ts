import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { apiGroup, crdNames } from '../../crds/api-group.ts';
import { ValidationError, validateBitcoinNetwork } from '../../crds/validation/index.ts';
import type {
  BitcoinNetwork as BitcoinNetworkResource,
  BitcoinNetworkSpec,
} from '../../imports/bitcoin-network.ts';
import { networkContext, type LiveContext } from './context.ts';
import { withDefaults } from './defaults.ts';
import { managedKinds } from './managed-kinds.ts';

/** A BitcoinNetwork's spec, and the name and namespace of its metadata. */
export interface BitcoinNetworkProps extends BitcoinNetworkSpec {
  /**
   * metadata.name of the network, from which the names of all objects derive.
   * @default the construct's id
   */
  readonly name?: string;
  /**
   * Namespace of the objects.
   * @default none: the namespace of the command that applies them
   */
  readonly namespace?: string;
  /**
   * Ties the objects to a BitcoinNetwork in the cluster, which owns them. bitcoin.conf then
   * contains the controller's credentials.
   * @default none: the objects need no controller, as in dist/networks/
   */
  readonly live?: LiveContext;
}

/**
 * A bitcoin network as Kubernetes objects: a ConfigMap, a headless Service and a StatefulSet. The
 * objects form a connected network even where no controller runs.
 *
 * @throws {ValidationError} naming the field, if the API server would reject the resource
 */
export class BitcoinNetwork extends Construct {
  /** The objects of the network, in the order in which they are to be applied. */
  readonly objects: readonly ApiObject[];

  constructor(scope: Construct, id: string, props: BitcoinNetworkProps) {
    super(scope, id);
    const { name = id, namespace, live, ...spec } = props;
    const resource: BitcoinNetworkResource = {
      apiVersion: `${apiGroup}/v1`,
      kind: crdNames.kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
      spec,
    };
    const errors = validateBitcoinNetwork(resource, { isStored: live !== undefined });
    if (errors.length > 0) throw new ValidationError(this.node.path, errors);
    const context = networkContext(withDefaults(resource), live);
    this.objects = managedKinds.flatMap(({ synthesize }) => synthesize(this, context));
  }

  /** NAME-config. */
  get configMap(): ApiObject {
    return this.#first('ConfigMap');
  }

  /** NAME-svc. */
  get service(): ApiObject {
    return this.#first('Service');
  }

  /** NAME-sts. */
  get statefulSet(): ApiObject {
    return this.#first('StatefulSet');
  }

  #first(kind: string): ApiObject {
    return this.objects.find((object) => object.kind === kind)!;
  }
}
