/** Namespace of the controller and of its own objects, unless it works for one namespace alone. */
export const controllerNamespace = 'bitcoin-controller';

/** The controller's ServiceAccount. */
export const serviceAccountName = 'bitcoin-controller-sva';

/** Its ClusterRole and its Role, and their bindings. */
export const roleName = 'bitcoin-controller-role';

/** Secret in the controller's namespace with the key that all its RPC logins derive from. */
export const masterKeySecret = 'bitcoin-controller-key';

/** Lease in the controller's namespace, whose holder is the one that works. */
export const leaseName = 'bitcoin-controller';

/** Port of /healthz and /readyz. */
export const healthPort = 8080;
