import type { SecretDefinition } from "../../config/secrets";
import { fault, mayBeEmpty } from "./generate";

/** What was seen of a secret in AWS. */
export type Observed =
  | { readonly container: "absent" }
  | { readonly container: "deleted" }
  | { readonly container: "present"; readonly unreadable: string }
  | { readonly container: "present"; readonly version?: SecretVersion };

export interface SecretVersion {
  /** The JSON object that it holds; nothing when it holds anything else. */
  readonly value?: Readonly<Record<string, unknown>>;
  readonly createdAt?: Date;
}

export interface Verdict {
  /** Whether everything that reads it finds what it needs. */
  readonly ready: boolean;
  /** The state in a few words. */
  readonly state: string;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly missingKeys: readonly string[];
  readonly emptyKeys: readonly string[];
  readonly ageDays?: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** Judges one secret against its line in the table; `problems` are what would stop a task from starting. */
export function judge(definition: SecretDefinition, observed: Observed, now: Date): Verdict {
  const none = { missingKeys: [], emptyKeys: [], warnings: [] };
  const bad = (state: string, problem: string): Verdict => ({ ...none, ready: false, state, problems: [problem] });
  if (observed.container === "absent") return bad("no container", "its container does not exist: run pulumi up");
  if (observed.container === "deleted") {
    return bad("deleted", "it is scheduled for deletion: aws secretsmanager restore-secret brings it back");
  }
  if ("unreadable" in observed) return bad("unreadable", `it cannot be read: ${observed.unreadable}`);
  if (observed.version === undefined) return bad("no value", "it has no value yet");
  const { value, createdAt } = observed.version;
  if (value === undefined) return bad("not JSON", "its value is not a JSON object of texts");

  const keys = Object.entries(definition.keys);
  const missingKeys = keys.filter(([key]) => typeof value[key] !== "string").map(([key]) => key);
  const emptyKeys = keys.filter(([key, source]) => value[key] === "" && !mayBeEmpty(source)).map(([key]) => key);
  const problems = [
    ...missingKeys.map((key) => `the key ${key} is missing`),
    ...emptyKeys.map((key) => `the key ${key} is empty`),
  ];
  const ageDays = createdAt === undefined ? undefined : Math.floor((now.getTime() - createdAt.getTime()) / DAY);
  const warnings = keys.flatMap(([key, source]) => {
    const text = value[key];
    const wrong = typeof text === "string" && text !== "" ? fault(source, text) : undefined;
    return wrong === undefined ? [] : [`the key ${key} ${wrong}`];
  });
  const { rotation } = definition;
  if (rotation.kind === "days" && ageDays !== undefined && ageDays > rotation.days) {
    warnings.push(`it is ${ageDays} days old and due for rotation after ${rotation.days}`);
  }
  const ready = problems.length === 0;
  const state = !ready ? "incomplete" : warnings.length > 0 ? "ready, see warning" : "ready";
  return { ready, state, problems, warnings, missingKeys, emptyKeys, ageDays };
}
