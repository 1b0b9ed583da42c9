const decimal = /^[1-9][0-9]*$/;

/**
 * Whether a resourceVersion is known to be another one or to come before it. Decimal integers are
 * ordered, by contract as of Kubernetes 1.35 and in fact before; any other is only ever equal.
 */
export function isAtOrBefore(version: string | undefined, other: string | undefined): boolean {
  if (version === undefined || other === undefined) return false;
  if (version === other) return true;
  if (!decimal.test(version) || !decimal.test(other)) return false;
  return version.length === other.length ? version < other : version.length < other.length;
}
