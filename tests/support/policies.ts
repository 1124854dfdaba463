import type { Recorded } from "./mocks";

/** A statement as AWS reads it. */
export interface ReadStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The statements of a policy document among a resource's inputs. */
export function statementsOf(resource: Recorded, input = "policy"): readonly ReadStatement[] {
  const document = JSON.parse(String(resource.inputs[input])) as { Statement: ReadStatement[] };
  return document.Statement;
}

export function statement(resource: Recorded, sid: string, input = "policy"): ReadStatement {
  const found = statementsOf(resource, input).find((each) => each.Sid === sid);
  if (found === undefined) throw new Error(`${resource.name} has no statement ${sid}`);
  return found;
}
