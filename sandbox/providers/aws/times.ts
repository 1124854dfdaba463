import type { CallKind } from "../../cloud/journal";

export function seconds(_type: string, _call: CallKind): number {
  return 0;
}
