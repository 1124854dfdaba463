// IAM's decision on a call by a role: its policies allow it, its ceiling does too, and nothing denies it. Source: IAM,
// "Policy evaluation logic", for one account and without resource policies.
import type { ReadStatement } from "./policies";

export interface Call {
  /** `ecs:UpdateService` */
  readonly action: string;
  /** An ARN; `*` where the service knows no resource for the call. */
  readonly resource: string;
  /** Condition keys that the service sends. @default none */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Rights {
  readonly policies: readonly (readonly ReadStatement[])[];
  readonly ceiling: readonly ReadStatement[];
}

/** AWS's own policies under two of the roles, as far as a call of ours could tell. */
export const managed: Readonly<Record<"PowerUserAccess" | "ReadOnlyAccess", readonly ReadStatement[]>> = {
  // Source: AWS managed policy reference, PowerUserAccess.
  PowerUserAccess: [
    { Sid: "All", Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
    {
      Sid: "Some",
      Effect: "Allow",
      Action: ["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles"],
      Resource: "*",
    },
  ],
  // Source: likewise, ReadOnlyAccess; its list is long, and what is asked here begins with one of these.
  ReadOnlyAccess: [{ Sid: "Read", Effect: "Allow", Action: ["*:Describe*", "*:Get*", "*:List*"], Resource: "*" }],
};

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** `*` is any text, `?` one character; actions are compared without case. */
function matches(pattern: string, text: string, flags = ""): boolean {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === "*") return ".*";
    return part === "?" ? "." : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, flags).test(text);
}

const OPERATORS: Readonly<Record<string, (found: readonly string[], wanted: readonly string[]) => boolean>> = {
  StringEquals: ([found], wanted) => found !== undefined && wanted.includes(found),
  ArnEquals: ([found], wanted) => found !== undefined && wanted.some((each) => matches(each, found)),
  StringLike: ([found], wanted) => found !== undefined && wanted.some((each) => matches(each, found)),
  "ForAnyValue:StringEquals": (found, wanted) => found.some((each) => wanted.includes(each)),
};

function applies(statement: ReadStatement, { action, resource, context = {} }: Call): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const named = (patterns: string | readonly string[] | undefined) =>
    listOf(patterns).some((each) => matches(each, action, "i"));
  const meant = (patterns: string | readonly string[] | undefined) =>
    listOf(patterns).some((each) => matches(each, resource));
  if (NotAction === undefined ? !named(Action) : named(NotAction)) return false;
  if (NotResource === undefined ? !meant(Resource) : meant(NotResource)) return false;
  return Object.entries(Condition).every(([operator, keys]) => {
    const holds = OPERATORS[operator];
    if (holds === undefined) throw new Error(`The evaluation does not know ${operator}`);
    return Object.entries(keys).every(([key, wanted]) => holds(listOf(context[key]), listOf(wanted)));
  });
}

/** `allowed`, or why it is not. */
export function decide({ policies, ceiling }: Rights, call: Call): string {
  const all = [...policies.flat(), ...ceiling].filter((statement) => applies(statement, call));
  const denied = all.find(({ Effect }) => Effect === "Deny");
  if (denied !== undefined) return `denied by ${denied.Sid}`;
  const allows = (statements: readonly ReadStatement[]) =>
    statements.some((statement) => statement.Effect === "Allow" && applies(statement, call));
  if (!policies.some(allows)) return "no policy of the role allows it";
  return allows(ceiling) ? "allowed" : "the ceiling does not allow it";
}
