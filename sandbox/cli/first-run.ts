import { existsSync, readFileSync } from "node:fs";
import { Cloud } from "../cloud/cloud";
import type { Sandbox } from "./sandbox";

interface Checkpoint {
  readonly checkpoint?: {
    readonly latest?: { readonly resources?: readonly unknown[]; readonly pending_operations?: readonly unknown[] };
  };
}

/** Whether the state of the stack notes nothing, or is not there. */
function notesNothing(sandbox: Sandbox, stack: string): boolean {
  const file = sandbox.stateFile(stack);
  if (!existsSync(file)) return true;
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
  const { resources = [], pending_operations: pending = [] } = checkpoint?.latest ?? {};
  return resources.length + pending.length === 0;
}

/**
 * Takes away what a first run has made that was killed before it wrote its state (`start` writes one when it ends). No state
 * knows of it and nobody has put anything into it: the next run makes it again.
 * @returns how many resources there were
 */
export function clearUnwritten(sandbox: Sandbox, stack: string): number {
  if (!notesNothing(sandbox, stack)) return 0;
  const cloud = new Cloud(sandbox.home.cloud);
  const left = cloud.all().filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::${sandbox.projectName}::`));
  for (const resource of left) cloud.remove(resource);
  return left.length;
}

export function tellCleared(count: number): void {
  if (count === 0) return;
  process.stdout.write(
    `The first run was killed before it wrote its state: the ${count} resources that it had made in the simulated cloud are taken away.\n`,
  );
}
