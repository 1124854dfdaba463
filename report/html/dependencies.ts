// Which component needs which: the resources' dependencies, drawn together by component.
import { type Graph, LAYERS, type Owner } from "./graph";
import type { Box, Line } from "./layout";
import type { Marks } from "./marks";
import { words } from "./markup";

export interface Component extends Owner {
  readonly resources: number;
}

export function componentsOf(graph: Graph): readonly Component[] {
  const found = new Map<string, Component>();
  for (const { urn } of graph.custom) {
    const owner = graph.owner(urn);
    found.set(owner.urn, { ...owner, resources: (found.get(owner.urn)?.resources ?? 0) + 1 });
  }
  const rank = (layer: string): number => (LAYERS as readonly string[]).indexOf(layer);
  return [...found.values()].sort((a, b) => rank(a.layer) - rank(b.layer) || a.name.localeCompare(b.name));
}

export interface Need {
  /** The component that takes a value. */
  readonly from: string;
  readonly to: string;
  /** Dependencies between their resources. */
  readonly count: number;
}

export function needsOf(graph: Graph): readonly Need[] {
  const found = new Map<string, Need>();
  for (const resource of graph.custom) {
    const from = graph.owner(resource.urn).urn;
    for (const urn of resource.dependencies) {
      if (graph.get(urn)?.custom !== true) continue;
      const to = graph.owner(urn).urn;
      if (from === to) continue;
      const key = `${from} ${to}`;
      found.set(key, { from, to, count: (found.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...found.values()];
}

/** Without those that follow from others: what is left is what is drawn. Two that need each other both keep their lines. */
export function withoutDetours(needs: readonly Need[]): readonly Need[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of needs) next.set(from, (next.get(from) ?? new Set()).add(to));
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    [...(next.get(from) ?? [])].some((via) => {
      if (via === to) return true;
      if (seen.has(via)) return false;
      seen.add(via);
      return reaches(via, to, seen);
    });
  return needs.filter(
    ({ from, to }) =>
      ![...(next.get(from) ?? [])].some((via) => via !== to && via !== from && reaches(via, to, new Set([from, via]))),
  );
}

export function dependencyBoxes(graph: Graph, marks: Marks): { boxes: readonly Box[]; lines: readonly Line[] } {
  const components = componentsOf(graph);
  const names = new Map(components.map(({ urn, name }) => [urn, name]));
  const boxes = components.map(({ urn, name, layer, resources }): Box => ({
    id: name,
    title: words(name, name),
    lines: [words(`${layer} · ${resources} resources`, `${layer}・リソース${resources}件`)],
    layer,
    search: name,
    ...marks.inside(graph, urn),
  }));
  const lines = withoutDetours(needsOf(graph)).flatMap(({ from, to, count }): Line[] => {
    const [user, used] = [names.get(from), names.get(to)];
    if (user === undefined || used === undefined) return [];
    const title = words(`${user} needs ${used} (${count} dependencies)`, `${user} は ${used} に依存(${count}件)`);
    return [{ from: used, to: user, title }];
  });
  return { boxes, lines };
}
