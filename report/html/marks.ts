// What changes in which resource, to be marked wherever the resource is drawn.
import type { Change, Operation, Plan } from "../plan";
import type { Graph } from "./graph";

export const SIGNS: Readonly<Record<Operation, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "−",
  import: "=",
  refresh: "≠",
};

export interface Mark {
  /** `+3 ±1`; undefined when nothing changes. */
  readonly badge: string | undefined;
  /** Data would be lost. */
  readonly alarming: boolean;
}

/** Data goes with it. */
export const loses = ({ stateful, operation }: Change): boolean =>
  stateful && (operation === "replace" || operation === "delete");

export class Marks {
  readonly #changes: ReadonlyMap<string, Change>;
  /** Where each resource is made for the first time, a plus on each says nothing. */
  readonly first: boolean;

  constructor({ changes, same }: Pick<Plan, "changes" | "same">) {
    this.#changes = new Map(changes.map((change) => [change.urn, change]));
    this.first = changes.length > 0 && same === 0 && changes.every(({ operation }) => operation === "create");
  }

  of(urns: readonly string[]): Mark {
    const changes = urns.flatMap((urn) => this.#changes.get(urn) ?? []);
    if (changes.length === 0 || this.first) return { badge: undefined, alarming: false };
    const counts = Object.entries(SIGNS).flatMap(([operation, sign]) => {
      const count = changes.filter((change) => change.operation === operation).length;
      return count === 0 ? [] : [`${sign}${count}`];
    });
    return { badge: counts.join(" "), alarming: changes.some(loses) };
  }

  /** Of everything that stands inside a component. */
  inside(graph: Graph, urn: string): Mark {
    const gone = [...this.#changes.keys()].filter((one) => graph.get(one) === undefined && one.includes(`$${urn}`));
    return this.of([...graph.custom.filter((one) => graph.isInside(one.urn, urn)).map((one) => one.urn), ...gone]);
  }

  operation(urn: string): Operation | undefined {
    return this.#changes.get(urn)?.operation;
  }
}
