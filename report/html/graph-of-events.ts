// A graph of an event log alone. The engine's events tell of no dependencies: they are found again by the values that
// resources take from one another, which an existing stack's plan knows. A first plan shows none.
import type { EngineEvent, StepMetadata } from "../engine-events";
import { Graph, isCustomType, type RawResource } from "./graph";

export function graphOfEvents(events: readonly EngineEvent[]): Graph {
  const steps = new Map<string, StepMetadata>();
  for (const { resourcePreEvent } of events) {
    const metadata = resourcePreEvent?.metadata;
    if (metadata?.new) steps.set(metadata.urn, metadata);
  }
  const known = ownersOf([...steps.values()]);
  return new Graph(
    [...steps.values()].map(({ urn, type, old, new: state }): RawResource => {
      const links = Object.entries(state?.inputs ?? {}).map(([input, value]) => {
        const found = wordsIn(value).flatMap((word) => known.get(word) ?? []);
        return [input, [...new Set(found)].filter((one) => one !== urn)] as const;
      });
      return {
        urn,
        type,
        custom: isCustomType(type),
        id: idOf(state) ?? idOf(old) ?? "",
        parent: state?.parent ?? "",
        inputs: state?.inputs ?? {},
        outputs: old?.outputs ?? {},
        dependencies: [...new Set(links.flatMap(([, urns]) => urns))],
        propertyDependencies: Object.fromEntries(links),
      };
    }),
  );
}

const idOf = (state: object | null | undefined): string | undefined => {
  const id: unknown = state && "id" in state ? state.id : undefined;
  return typeof id === "string" && id !== "" ? id : undefined;
};

/** Whose an id or an ARN is. What two have alike, such as a name, leads nowhere. */
function ownersOf(steps: readonly StepMetadata[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string | undefined>();
  for (const { urn, old } of steps) {
    for (const word of new Set([idOf(old), old?.outputs?.arn])) {
      if (typeof word === "string" && word !== "") owners.set(word, owners.has(word) ? undefined : urn);
    }
  }
  return new Map([...owners].flatMap(([word, urn]) => (urn === undefined ? [] : [[word, urn] as const])));
}

function wordsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}
