/** A package in a lock file. */
export interface LockedPackage {
  /** Only devDependencies need the package. */
  readonly dev?: boolean;
  /** Only devDependencies and optional dependencies need the package. */
  readonly devOptional?: boolean;
  /** The package is a link to the folder `resolved` of this project. */
  readonly link?: boolean;
  readonly resolved?: string;
}

/** The part of a package-lock.json that is read here. */
export interface LockFile {
  /** Packages by their folder. The project itself has the key ''. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** Returns the manifest or the project's entry in the lock file without its devDependencies. */
export function withoutDevDependencies<T extends object>(project: T): T {
  // The overrides refer to devDependencies.
  const omitted = ['devDependencies', 'overrides'];
  return Object.fromEntries(Object.entries(project).filter(([key]) => !omitted.includes(key))) as T;
}

/**
 * Returns the lock file with the packages that `npm ci --omit=dev` installs.
 *
 * `npm sbom --omit=dev` cannot replace this: it also omits packages that the project needs and a
 * devDependency needs too (https://github.com/npm/cli/issues/7909), such as cdk8s here.
 */
export function productionLock(lock: LockFile): LockFile {
  const isProduction = ({ dev = false, devOptional = false }: LockedPackage) =>
    !dev && !devOptional;
  const targetOf = (entry: LockedPackage) =>
    entry.link === true ? lock.packages[entry.resolved!] : entry;
  const packages = Object.entries(lock.packages)
    .filter(([, entry]) => isProduction(entry) && isProduction(targetOf(entry) ?? entry))
    .map(([path, entry]) => [path, path === '' ? withoutDevDependencies(entry) : entry] as const);
  return { ...lock, packages: Object.fromEntries(packages) };
}
