import { closest } from "./closest";
import type { Kind, Properties, ResourceSchema } from "./kinds";
import { UNKNOWN, isArchive, isAsset, isList, isMap, isSecret, opened, type Value } from "./values";

export interface Fault {
  /** Where: "replicas[0].instanceClass". */
  readonly property: string;
  /** What was found, what is known, how to mend it. */
  readonly reason: string;
}

/** All faults of a resource's arguments against the typings. Values that are not known yet pass. */
export function checkInputs(schema: ResourceSchema, inputs: { readonly [key: string]: Value }): Fault[] {
  const faults: Fault[] = [];
  new Check(schema, faults).properties(schema.inputs, inputs, "", schema.token);
  return faults;
}

class Check {
  constructor(
    private readonly schema: ResourceSchema,
    private readonly faults: Fault[],
    /** Inside of a secret: no value may be shown. */
    private readonly hidden = false,
  ) {}

  properties(known: Properties, found: { readonly [key: string]: Value }, at: string, owner: string): void {
    const path = (key: string): string => (at === "" ? key : `${at}.${key}`);
    for (const [key, value] of Object.entries(found)) {
      if (value === null || key === "__defaults") continue;
      const property = known[key];
      if (property !== undefined) this.value(property.kind, value, path(key));
      else this.unknownKey(key, Object.keys(known), path(key), owner);
    }
    for (const [key, property] of Object.entries(known)) {
      if (property.required && (found[key] ?? null) === null) {
        this.fault(path(key), `required argument of ${owner} is missing: ${describe(property.kind)} is needed`);
      }
    }
  }

  private unknownKey(key: string, known: readonly string[], property: string, owner: string): void {
    const near = closest(key, known);
    const hint = near === undefined ? `known are ${[...known].sort().join(", ")}` : `did you mean "${near}"?`;
    this.fault(property, `unknown argument "${key}" of ${owner}; ${hint}`);
  }

  private value(kind: Kind, marked: Value, at: string): void {
    if (isSecret(marked) && !this.hidden) return new Check(this.schema, this.faults, true).value(kind, marked, at);
    const value = opened(marked);
    if (value === UNKNOWN || value === null || kind === "any") return;
    if (typeof kind === "string") {
      const fits =
        kind === "asset"
          ? isAsset(value) || isArchive(value)
          : kind === "archive"
            ? isArchive(value)
            : typeof value === kind;
      if (!fits) this.wrong(kind, value, at);
    } else if ("list" in kind) {
      if (!isList(value)) return this.wrong(kind, value, at);
      value.forEach((item, index) => this.value(kind.list, item, `${at}[${index}]`));
    } else if ("map" in kind) {
      if (!isMap(value)) return this.wrong(kind, value, at);
      for (const [key, item] of Object.entries(value)) this.value(kind.map, item, `${at}["${key}"]`);
    } else if ("object" in kind) {
      if (!isMap(value) || isAsset(value) || isArchive(value)) return this.wrong(kind, value, at);
      this.properties(this.schema.objects[kind.object] ?? {}, value, at, nameOf(kind.object));
    } else if ("values" in kind) {
      if (!kind.values.some((allowed) => allowed === value)) {
        this.fault(
          at,
          `${this.shown(value)} is none of ${kind.values.map((allowed) => JSON.stringify(allowed)).join(", ")}`,
        );
      }
    } else {
      this.anyOf(kind.oneOf, value, at);
    }
  }

  /** One of several kinds: the faults of the kind that came nearest are shown. */
  private anyOf(kinds: readonly Kind[], value: Value, at: string): void {
    let best: Fault[] | undefined;
    for (const kind of kinds) {
      const faults: Fault[] = [];
      new Check(this.schema, faults, this.hidden).value(kind, value, at);
      if (faults.length === 0) return;
      const deeper = best === undefined || faults.every((fault) => fault.property !== at);
      if (deeper) best = faults;
    }
    this.faults.push(...(best ?? []));
  }

  private wrong(kind: Kind, value: Value, at: string): void {
    this.fault(at, `${describe(kind)} is needed, found ${this.shown(value)}, ${kindOf(value)}`);
  }

  private shown(value: Value): string {
    const text = this.hidden ? "a secret" : JSON.stringify(value);
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  }

  private fault(property: string, reason: string): void {
    this.faults.push({ property, reason });
  }
}

function nameOf(object: string): string {
  return object.slice(object.lastIndexOf(".") + 1);
}

function describe(kind: Kind): string {
  if (typeof kind === "string") return WORDS[kind] ?? kind;
  if ("list" in kind) return `a list (of ${describe(kind.list)})`;
  if ("map" in kind) return `a map (of ${describe(kind.map)})`;
  if ("object" in kind) return `an object (${nameOf(kind.object)})`;
  if ("values" in kind) return `one of ${kind.values.join(", ")}`;
  return kind.oneOf.map(describe).join(" or ");
}

function kindOf(value: Value): string {
  if (isList(value)) return "a list";
  if (isMap(value)) return "an object";
  return WORDS[typeof value] ?? typeof value;
}

const WORDS: Readonly<Record<string, string>> = { string: "text", number: "a number", boolean: "true or false" };
