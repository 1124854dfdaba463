/** What the typings say of one value, as compact JSON. */
export type Kind =
  | "string"
  | "number"
  | "boolean"
  | "any"
  | "asset"
  | "archive"
  | { readonly list: Kind }
  | { readonly map: Kind }
  | { readonly object: string }
  | { readonly oneOf: readonly Kind[] }
  | { readonly values: readonly (string | number)[] };

export interface Property {
  readonly kind: Kind;
  readonly required?: true;
  /** The documentation says that a change makes a new resource. */
  readonly replaces?: true;
  readonly deprecated?: true;
}

export type Properties = Readonly<Record<string, Property>>;

export interface Output {
  readonly kind: "string" | "number" | "boolean" | "list" | "object";
  /** The typings do not admit undefined: the cloud answers it always. */
  readonly always?: true;
  /** The literal after "Defaults to" in the documentation. */
  readonly fallback?: string | number | boolean;
}

/** One resource type with everything that its arguments refer to: a cache file each, so that loading is one small read. */
export interface ResourceSchema {
  readonly token: string;
  readonly inputs: Properties;
  readonly outputs: Readonly<Record<string, Output>>;
  readonly objects: Readonly<Record<string, Properties>>;
  readonly secretOutputs: readonly string[];
}
