import type { CloudResource } from "../../../cloud/cloud";
import { isMap, some, type Value } from "../../../schema/values";
import type { Request } from "../../request";
import type { Shape, UniqueName } from "../../shape";

/** A name that its scope holds once, and AWS's answer to the second one. */
export interface Held {
  /** What it is unique among: "iam-role". */
  readonly scope: string;
  /** @default "name" */
  readonly property?: string;
  readonly within?: UniqueName["within"];
  readonly code: string;
  readonly words: (name: string, request: Request) => string;
  /** "IAM: CreateRole" */
  readonly operation: string;
  readonly status?: number;
}

export function held(facts: Held): NonNullable<Shape["unique"]> {
  return (request) => {
    const name = request.text(facts.property ?? "name");
    if (name === "") return [];
    const { scope, code, operation } = facts;
    const message = facts.words(name, request);
    return [
      {
        scope,
        name,
        code,
        operation,
        message,
        ...(facts.within && { within: facts.within }),
        ...(facts.status && { status: facts.status }),
      },
    ];
  };
}

/** A resource that another one consists of, and that has no id of its own: "PUT this on that". */
export function put(...properties: readonly string[]): Shape {
  return { id: (request) => properties.map((key) => request.text(key)).join(","), put: true, autoname: false };
}

/** Refuses to delete what others name in one of their arguments, with the service's own code. */
export function refuseWhileUsed(
  users: readonly (readonly [type: string, argument: string])[],
  refusal: { code: string; words: (id: string, user: CloudResource) => string; operation: string; status?: number },
  key: (resource: CloudResource) => Value = (resource) => resource.id,
): NonNullable<Shape["refuseDelete"]> {
  return (request, resource) => {
    const wanted = key(resource);
    for (const [type, argument] of users) {
      const user = request.cloud
        .list(type)
        .find((other) => other.urn !== resource.urn && some(other.state[argument] ?? null, (part) => part === wanted));
      if (user === undefined) continue;
      request.refuse(refusal.code, refusal.words(resource.id, user), refusal.operation, refusal.status ?? 400);
    }
  };
}

/** "name must be …" unless the text fits the pattern; for names that a program got wrong. */
export function mustMatch(request: Request, property: string, pattern: RegExp, rule: string): string | false {
  const value = request.text(property);
  return value !== "" && !pattern.test(value) && `"${value}" is not valid: ${rule}`;
}

/** Refuses a text that should be a JSON document and is not one. */
export function mustBeJson(request: Request, property: string): string | false {
  const value = request.inputs[property];
  if (typeof value !== "string") return false;
  try {
    const parsed = JSON.parse(value) as Value;
    return typeof parsed === "object" ? false : `contains no JSON document: ${value.slice(0, 40)}`;
  } catch (error) {
    return `contains an invalid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A whole number in a range, as the provider validates it. */
export function mustBeWithin(request: Request, property: string, least: number, most: number): string | false {
  const value = request.number(property);
  return (
    value !== undefined &&
    (value < least || value > most) &&
    `expected ${property} to be in the range (${least} - ${most}), got ${value}`
  );
}

export function timestamp(request: Request, property: string): string {
  return request.kept(property, () => `${new Date().toISOString().slice(0, 19)}Z`);
}

/** A value inside of a nested argument. */
export function inside(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let found = value;
  for (const key of path) found = isMap(found) ? found[key] : undefined;
  return found;
}

/** The last part of an ARN, or the text itself where it is a name already. */
export function lastOf(text: string, separator = "/"): string {
  return text.slice(text.lastIndexOf(separator) + 1);
}
