// Values as the engine sends them: JSON, with marked objects for what JSON has no word for.

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Values = Record<string, Value>;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
/** What a value is called that is only known after the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isMap(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

function marked(value: Value | undefined, mark: string): value is { readonly [key: string]: Value } {
  return isMap(value) && value[SIGNATURE] === mark;
}

export function isSecret(value: Value | undefined): boolean {
  return marked(value, SECRET) || (marked(value, OUTPUT) && value["secret"] === true);
}

export function isAsset(value: Value): boolean {
  return marked(value, ASSET);
}

export function isArchive(value: Value): boolean {
  return marked(value, ARCHIVE);
}

export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** Takes one layer of marks off: a secret or an output becomes its value, a resource reference its id. */
export function opened(value: Value): Value {
  if (marked(value, SECRET)) return opened(value["value"] ?? null);
  if (marked(value, OUTPUT)) return "value" in value ? opened(value["value"] ?? null) : UNKNOWN;
  if (marked(value, RESOURCE)) return value["id"] === undefined || value["id"] === "" ? UNKNOWN : value["id"];
  return value;
}

/** The value without any marks; unknown parts stay the word for unknown. */
export function plain(value: Value): Value {
  const inner = opened(value);
  if (isList(inner)) return inner.map(plain);
  if (isMap(inner)) return plainValues(inner);
  return inner;
}

export function plainValues(values: { readonly [key: string]: Value }): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, plain(value)]));
}

/** The value where it is text, or "". */
export function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function some(value: Value, test: (value: Value) => boolean): boolean {
  if (test(value)) return true;
  if (isList(value)) return value.some((item) => some(item, test));
  return isMap(value) && Object.values(value).some((item) => some(item, test));
}

export function hasUnknown(value: Value): boolean {
  return some(value, (part) => opened(part) === UNKNOWN);
}

export function hasSecret(value: Value): boolean {
  return some(value, isSecret);
}

/** Text that is equal where AWS sees equal values: keys sorted, JSON documents compared by what they say. */
export function canonical(value: Value): string {
  const inner = opened(value);
  if (isList(inner)) return `[${inner.map(canonical).join()}]`;
  if (isMap(inner)) {
    const entries = Object.keys(inner)
      .filter((key) => inner[key] !== null && key !== "__defaults")
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(inner[key] ?? null)}`);
    return `{${entries.join()}}`;
  }
  if (typeof inner === "string" && /^\s*[[{]/.test(inner)) {
    try {
      return `json(${canonical(JSON.parse(inner) as Value)})`;
    } catch {
      // A text that only begins like JSON.
    }
  }
  return JSON.stringify(inner);
}
