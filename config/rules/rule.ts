import type { Path } from "../faults";
import type { StackFile } from "../settings";

/** A rule across fields. All are run together; one that reads a value already found wrong says nothing. */
export interface Rule {
  /** The value to change, and so the one that is shown. */
  readonly path: Path;
  /** Must be true. Whatever it judges it reads here, from the stack file: that is how its silence is decided. */
  readonly holds: () => boolean;
  /** What is wrong, with the values. */
  readonly problem: () => string;
  /** What would be right. */
  readonly allowed: () => string;
  /** A value that would be accepted here. */
  readonly example: () => unknown;
}

/** Rules over a file of settings; the platform's stack file unless it is said. */
export type RuleSet<File = StackFile> = (file: File) => Rule[];

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A view of the stack file that notes which paths are read while `during` runs. */
export function watched<File extends object>(
  root: File,
): {
  view: File;
  during: <T>(act: () => T) => { result: T; reads: Path[] };
} {
  let notes: Path[] | undefined;
  const wrap = <T extends object>(target: T, path: Path): T =>
    new Proxy(target, {
      get(object, key, receiver) {
        const value: unknown = Reflect.get(object, key, receiver);
        if (typeof key === "symbol" || !Object.hasOwn(object, key)) return value;
        const at = [...path, Array.isArray(object) && /^\d+$/.test(key) ? Number(key) : key];
        notes?.push(at);
        return isObject(value) ? wrap(value, at) : value;
      },
    });
  return {
    view: wrap(root, []),
    during(act) {
      notes = [];
      const result = act();
      const reads = notes;
      notes = undefined;
      return { result, reads };
    },
  };
}

/** `a`, `b` and `c`. */
export const inWords = (values: readonly (string | number)[]): string =>
  values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} and ${values.at(-1) ?? ""}`;

interface List {
  readonly length: number;
  readonly path: (index: number) => Path;
  readonly read: (index: number) => unknown;
  readonly example: () => unknown;
}

/** A rule for each element that stands in the list before. */
export function noDuplicates({ length, path, read, example }: List): Rule[] {
  const indexes = Array.from({ length }, (_, index) => index);
  return indexes.map((index) => {
    const earlier = () => indexes.find((other) => other < index && read(other) === read(index));
    return {
      path: path(index),
      holds: () => earlier() === undefined,
      problem: () => `stands in the list before, as element ${earlier() ?? 0}`,
      allowed: () => "a value that stands once",
      example,
    };
  });
}
