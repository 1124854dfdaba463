// "Encrypted with a key of our own" in one form: the property takes its value from a key of this program, of the right purpose.
import { resourceKey } from "./planned";
import type { JudgedType } from "./judged";
import type { Planned } from "./planned";
import type { Claims, RuleData, StackFinding, StackRule } from "./rule";
import { stackRule } from "./rule";

/** As components/foundation/keys.ts names them. */
export type KeyPurpose =
  | "data"
  | "storage"
  | "logs"
  | "secrets"
  | "images"
  | "global"
  | "notifications"
  | "notifications-global"
  | "backups"
  | `${"backups" | "images" | "secrets" | "storage"}-copies`
  | "trail"
  | "costs";

export interface Encrypted {
  readonly type: JudgedType;
  /** The property that names the key; where it is nested, the way to it. */
  readonly path: string;
  readonly purposes: readonly KeyPurpose[];
  /** What AWS takes where nothing is given. */
  readonly otherwise: string;
  /** @default every resource of the type */
  readonly when?: (resource: Planned) => boolean;
}

const KEY = "aws:kms/key:Key";

function* judge(resources: readonly Planned[], target: Encrypted): Generator<StackFinding> {
  const keys = new Map(resources.filter(({ type }) => type === KEY).map((key) => [key.urn, key.name]));
  for (const resource of resources) {
    if (resource.type !== target.type || target.when?.(resource) === false) continue;
    const sources = resource.links[resourceKey(target.path)] ?? [];
    const names = sources.flatMap((urn) => keys.get(urn) ?? []);
    if (names.some((name) => target.purposes.some((purpose) => name.endsWith(`-${purpose}`)))) continue;
    yield {
      resource,
      path: target.path,
      found: names.length > 0 ? names : undefined,
      required: `the ${target.purposes.join(" or ")} key of components/foundation/keys.ts`,
      because: names.length > 0 ? undefined : `without a key of our own, ${target.otherwise}`,
    };
  }
}

/** A rule that each of the targets is encrypted with the right key of this program. */
export function ownKeyRule(data: RuleData, targets: readonly Encrypted[]): StackRule {
  const types = [...new Set(targets.map(({ type }) => type))];
  const claims: Claims = Object.fromEntries(
    types.map((type) => [
      type,
      targets
        .filter((target) => target.type === type)
        .map(({ path, when }) => ({ path, ...(when && { where: when }) })),
    ]),
  );
  return stackRule({
    ...data,
    claims,
    *judge(stack) {
      for (const target of targets) yield* judge(stack.resources, target);
    },
  });
}
