// Reads and changes one property of a plan's inputs, by the path that a rule's claim names.

type Json = Readonly<Record<string, unknown>>;

interface Step {
  readonly key: string;
  /** `[]` for each element, `[0]` for one, `[word]` for the element of that name. */
  readonly select: string | undefined;
}

export function stepsOf(path: string): readonly Step[] {
  return path.split(".").map((part) => {
    const match = /^([^[]+)(?:\[([^\]]*)\])?$/.exec(part);
    if (!match?.[1]) throw new Error(`not a path: ${path}`);
    return { key: match[1], select: match[2] };
  });
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON texts (task definitions, policies) are walked into, and written back as text. */
function unpack(value: unknown): { readonly inner: unknown; readonly pack: (inner: unknown) => unknown } {
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    return { inner: JSON.parse(value) as unknown, pack: (inner) => JSON.stringify(inner) };
  }
  return { inner: value, pack: (inner) => inner };
}

function selected(list: readonly unknown[], select: string): readonly number[] {
  if (select === "") return list.map((_, index) => index);
  if (/^\d+$/.test(select)) return Number(select) < list.length ? [Number(select)] : [];
  return list.flatMap((element, index) => (isRecord(element) && element["name"] === select ? [index] : []));
}

/** One place that a path leads to, with how to put another value (or nothing) there. */
export interface Place {
  readonly value: unknown;
  /** The inputs with another value at this place; `undefined` takes the property, or the element, away. */
  readonly with: (value: unknown) => Json;
}

/** Each place that the path leads to; a last step that is not there yet is a place too, with the value `undefined`. */
export function placesOf(props: Json, path: string): readonly Place[] {
  return walk(props, stepsOf(path), (changed) => changed as Json);
}

function walk(node: unknown, steps: readonly Step[], rebuild: (node: unknown) => Json): readonly Place[] {
  const [step, ...rest] = steps;
  if (!step || !isRecord(node)) return [];
  const put = (value: unknown): Json => {
    const { [step.key]: _, ...others } = node;
    return rebuild(value === undefined ? others : { ...node, [step.key]: value });
  };
  const { inner, pack } = unpack(node[step.key]);
  if (step.select === undefined) {
    if (rest.length === 0) return [{ value: node[step.key], with: put }];
    return walk(inner, rest, (changed) => put(pack(changed)));
  }
  if (!Array.isArray(inner)) return [];
  const list: readonly unknown[] = inner;
  return selected(list, step.select).flatMap((index) => {
    const replace = (element: unknown): Json =>
      put(
        pack(
          element === undefined
            ? list.filter((_, at) => at !== index)
            : list.map((old, at) => (at === index ? element : old)),
        ),
      );
    // The element of a name is judged by its value: `parameters[require_secure_transport]`.
    if (rest.length === 0) return [{ value: list[index], with: replace }];
    return walk(list[index], rest, (changed) => replace(changed));
  });
}
