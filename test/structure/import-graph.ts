import { posix } from 'node:path';

const declarations = /^(?:import|export)\s(?:[^;]*?\sfrom\s+)?'([^']+)'/gm;
const expressions = /\bimport\('([^']+)'\)/g;

/** Source files by path, each with the paths of the files that it imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Builds the graph of all relative imports, including those of types.
 *
 * @param sources the text of each file by its path
 */
export function importGraph(sources: ReadonlyMap<string, string>): ImportGraph {
  return new Map(
    [...sources].map(([path, source]) => {
      const specifiers = [...source.matchAll(declarations), ...source.matchAll(expressions)].map(
        ([, specifier]) => specifier!,
      );
      return [
        path,
        specifiers
          .filter((specifier) => specifier.startsWith('.'))
          .map((specifier) => posix.join(posix.dirname(path), specifier)),
      ];
    }),
  );
}

/** Returns import cycles as `a.ts -> b.ts -> a.ts`: none exactly if the graph is acyclic. */
export function importCycles(graph: ImportGraph): string[] {
  const cycles: string[] = [];
  const visited = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(' -> '));
    if (visited.has(file)) return;
    visited.add(file);
    for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}
