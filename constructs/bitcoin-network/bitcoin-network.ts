import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type {
  BitcoinNetwork as BitcoinNetworkResource,
  BitcoinNetworkSpec,
} from '../../imports/bitcoin-network.ts';
import { apiGroup, crdNames } from '../../crds/api-group.ts';
import { ValidationError, validateBitcoinNetwork } from '../../crds/validation/index.ts';
import { withDefaults } from './defaults.ts';
import { configMap } from './config-map.ts';
import { networkContext, type LiveContext } from './context.ts';
import { service } from './headless-service.ts';
import { statefulSet } from './stateful-set.ts';

/** A BitcoinNetwork's spec, and what its resource's metadata would say. */
export interface BitcoinNetworkProps extends BitcoinNetworkSpec {
  /**
   * metadata.name of the network, from which all names derive.
   * @default the construct's id
   */
  readonly name?: string;
  /**
   * Namespace of the objects.
   * @default none: that of the command that applies them
   */
  readonly namespace?: string;
  /**
   * Makes the objects those of a live BitcoinNetwork: owned by it, and with a
   * login for the controller in bitcoin.conf.
   * @default none: the objects stand alone, as in dist/networks/
   */
  readonly live?: LiveContext;
}

/**
 * A bitcoin network as workload objects: a ConfigMap, a headless Service and a
 * StatefulSet. Applied by themselves they are a connected network.
 *
 * @throws {ValidationError} naming the field, if the API server would refuse the resource
 */
export class BitcoinNetwork extends Construct {
  /** NAME-config. */
  readonly configMap: ApiObject;
  /** NAME-svc. */
  readonly service: ApiObject;
  /** NAME-sts. */
  readonly statefulSet: ApiObject;

  constructor(scope: Construct, id: string, props: BitcoinNetworkProps) {
    super(scope, id);
    const { name = id, namespace, live, ...spec } = props;
    const resource: BitcoinNetworkResource = {
      apiVersion: `${apiGroup}/v1`,
      kind: crdNames.kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
      spec,
    };
    const errors = validateBitcoinNetwork(resource);
    if (errors.length > 0) throw new ValidationError(this.node.path, errors);
    const context = networkContext(withDefaults(resource), live);
    this.configMap = configMap(this, context);
    this.service = service(this, context);
    this.statefulSet = statefulSet(this, context);
  }
}
