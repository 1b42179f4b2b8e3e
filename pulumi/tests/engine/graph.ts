/** Who needs whom: the order in which the engine makes things, and the other way round removes them. */
import type { Registered } from './engine.ts';

export type Graph = Map<string, Set<string>>;

/** URN → URNs that must be there before it: what it names, its provider, its parent. */
export function graphOf(resources: readonly Registered[]): Graph {
  const known = new Set(resources.map(({ urn }) => urn));
  return new Map(
    resources.map(({ urn, parent, provider, dependencies }) => {
      const needed = [...dependencies, parent, provider.slice(0, provider.lastIndexOf('::'))];
      return [urn, new Set(needed.filter((other) => known.has(other)))];
    }),
  );
}

/** Everything that must be there before `urn`, near and far. */
export function neededBy(graph: Graph, urn: string): Set<string> {
  const found = new Set<string>();
  const queue = [urn];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const needed of graph.get(next) ?? []) {
      if (found.has(needed)) continue;
      found.add(needed);
      queue.push(needed);
    }
  }
  return found;
}

/** A circle, or nothing. */
export function cycleIn(graph: Graph): string | undefined {
  return [...graph.keys()].find((urn) => neededBy(graph, urn).has(urn));
}
