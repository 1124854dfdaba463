// The few shapes that most checks have.
import type { Finding, StackFinding } from "./rule";

/** Yields the finding unless `holds`. */
export function* unless<F extends StackFinding>(holds: boolean, finding: F): Generator<F> {
  if (!holds) yield finding;
}

/** What AWS does by default, said only where nothing was given. */
export function byDefault(found: unknown, whatAwsDoes: string): string | undefined {
  return found === undefined ? `by default ${whatAwsDoes}` : undefined;
}

/** Must be true; `undefined` is what AWS makes of it. */
export function* mustBeTrue(path: string, found: boolean | undefined, whatAwsDoes?: string): Generator<Finding> {
  yield* unless(found === true, {
    path,
    found,
    required: "true",
    because: whatAwsDoes && byDefault(found, whatAwsDoes),
  });
}

/** Must be given. Asked by presence, since a key's ARN is not known before the key is made. */
export function* mustBePresent<T extends object>(
  props: T,
  key: string & keyof T,
  what: string,
  whatAwsDoes?: string,
): Generator<Finding> {
  yield* unless(key in props, {
    path: key,
    found: undefined,
    required: what,
    because: whatAwsDoes && `by default ${whatAwsDoes}`,
  });
}

/** Must be at least so much; `awsDefault` is judged where nothing is given. */
export function* mustBeAtLeast(
  path: string,
  found: number | undefined,
  minimum: number,
  unit: string,
  awsDefault: number,
): Generator<Finding> {
  yield* unless((found ?? awsDefault) >= minimum, {
    path,
    found,
    required: `at least ${minimum} ${unit}`,
    because: byDefault(found, `it is ${awsDefault} ${unit}`),
  });
}

/** Must be one of a list; `awsDefault` is judged where nothing is given. */
export function* mustBeOneOf(
  path: string,
  found: string | undefined,
  allowed: readonly string[],
  awsDefault?: string,
): Generator<Finding> {
  const effective = found ?? awsDefault;
  yield* unless(effective !== undefined && allowed.includes(effective), {
    path,
    found,
    required: allowed.length === 1 ? JSON.stringify(allowed[0]) : `one of ${allowed.join(", ")}`,
    because: awsDefault === undefined ? undefined : byDefault(found, `it is ${awsDefault}`),
  });
}
