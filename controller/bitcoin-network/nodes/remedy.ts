/** A reason of the cluster, and the field of a network that mends it. */
interface Remedy {
  readonly reason: RegExp;
  /** @default any message */
  readonly message?: RegExp;
  readonly remedy: string;
}

/** In the order of their match. */
const remedies: readonly Remedy[] = [
  { reason: /^OOMKilled$/, remedy: 'raise spec.resources.limits.memory' },
  {
    reason: /^Evicted$/,
    message: /low on resource: memory/,
    remedy: 'raise spec.resources.requests.memory',
  },
  {
    reason: /^Evicted$/,
    message: /low on resource: ephemeral-storage/,
    remedy: 'raise spec.resources.requests.ephemeral-storage',
  },
  {
    reason: /^Evicted$/,
    message: /ephemeral/,
    remedy: 'raise spec.resources.limits.ephemeral-storage',
  },
  {
    reason: /^OutOf/,
    remedy: 'lower spec.resources.requests, or add resources to the cluster',
  },
  {
    reason: /^Unschedulable$/,
    message: /Insufficient/,
    remedy: 'lower spec.resources.requests, or add resources to the cluster',
  },
  {
    reason: /^(ErrImagePull|ImagePullBackOff)$/,
    message: /429|too ?many ?requests|rate limit/i,
    remedy: 'wait, or log in to the registry with spec.imagePullSecrets',
  },
  {
    reason: /^(ErrImagePull|ImagePullBackOff)$/,
    message: /unauthorized|denied|forbidden|authentication/i,
    remedy: 'correct spec.image, or add credentials with spec.imagePullSecrets',
  },
  {
    reason: /^(ErrImagePull|ImagePullBackOff|InvalidImageName)$/,
    remedy: 'correct spec.image',
  },
  {
    reason: /^ErrImageNeverPull$/,
    remedy: 'load the image on the Kubernetes node, or change spec.imagePullPolicy',
  },
  {
    reason: /^CreateContainerConfigError$/,
    message: /secret/i,
    remedy: 'create the Secret or the key, or correct spec.secret',
  },
];

/**
 * Returns a reason and a message of the cluster in its own words, and what mends it if a field of
 * the network does.
 */
export function withRemedy(reason: string, message: string | undefined): string {
  const words = message?.trim() ?? '';
  const text = words === '' ? reason : `${reason}: ${words}`;
  const match = remedies.find(
    (each) => each.reason.test(reason) && (each.message?.test(words) ?? true),
  );
  return match ? `${text} (${match.remedy})` : text;
}
