// IAM policy documents as statements with lists, whatever way they were written.

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: string;
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

function list(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) =>
    typeof one === "string" ? one : JSON.stringify(one),
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function principalsOf(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : Object.values(record(value)).flatMap(list);
}

/** The statements of a policy document. Throws on text that is not JSON: AWS would refuse it too. */
export function statementsOf(document: unknown): readonly Statement[] {
  const parsed: unknown = typeof document === "string" ? JSON.parse(document) : document;
  const statements = record(parsed)["Statement"];
  return (Array.isArray(statements) ? statements : [statements]).map((raw: unknown) => {
    const statement = record(raw);
    const conditions = Object.entries(record(statement["Condition"])).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(record(keys)).map(([key, value]) => [key, list(value)])),
    ]);
    return {
      sid: typeof statement["Sid"] === "string" ? statement["Sid"] : undefined,
      effect: String(statement["Effect"]),
      principals: principalsOf(statement["Principal"]),
      actions: list(statement["Action"]),
      notActions: list(statement["NotAction"]),
      resources: list(statement["Resource"]),
      conditions: Object.fromEntries(conditions) as Statement["conditions"],
    };
  });
}

/** Whether everything on the bucket and its objects is denied to everyone who comes without TLS. */
export function deniesPlainHttp(document: unknown): boolean {
  return statementsOf(document).some(
    ({ effect, principals, actions, resources, conditions }) =>
      effect === "Deny" &&
      principals.includes("*") &&
      actions.includes("s3:*") &&
      resources.some((resource) => resource.endsWith("/*")) &&
      resources.some((resource) => !resource.endsWith("/*")) &&
      conditions["Bool"]?.["aws:SecureTransport"]?.includes("false") === true,
  );
}
