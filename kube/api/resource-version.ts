const decimal = /^[1-9][0-9]*$/;

/**
 * Whether a resourceVersion equals another or precedes it. Decimal integers are ordered: Kubernetes
 * 1.35 guarantees it, and earlier versions behave so. Other versions can only be equal.
 */
export function isAtOrBefore(version: string | undefined, other: string | undefined): boolean {
  if (version === undefined || other === undefined) return false;
  if (version === other) return true;
  if (!decimal.test(version) || !decimal.test(other)) return false;
  return version.length === other.length ? version < other : version.length < other.length;
}
