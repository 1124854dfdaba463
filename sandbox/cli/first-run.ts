import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Cloud, type CloudResource } from "../cloud/cloud";
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

function madeBy(sandbox: Sandbox, stack: string): CloudResource[] {
  const prefix = `urn:pulumi:${stack}::${sandbox.projectName}::`;
  return new Cloud(sandbox.home.cloud).all().filter(({ urn }) => urn.startsWith(prefix));
}

/** There while a first run is at work, and after one that was killed. */
const noteOf = (sandbox: Sandbox, stack: string): string =>
  path.join(sandbox.home.state, "first-runs", `${sandbox.projectName}.${stack}`);

/**
 * Notes that an update begins of which the state will know at its end only (`start`), where nothing of the stack is there
 * yet. What a destroy has left on purpose is no first run's.
 */
export function beginFirstRun(sandbox: Sandbox, stack: string): void {
  if (!notesNothing(sandbox, stack) || madeBy(sandbox, stack).length > 0) return;
  const note = noteOf(sandbox, stack);
  mkdirSync(path.dirname(note), { recursive: true });
  writeFileSync(note, "");
}

/** Takes the note away, unless the run was killed after it had made something. */
export function endFirstRun(sandbox: Sandbox, stack: string): void {
  if (notesNothing(sandbox, stack) && madeBy(sandbox, stack).length > 0) return;
  rmSync(noteOf(sandbox, stack), { force: true });
}

/**
 * Takes away what a first run has made that was killed before it wrote its state. No state knows of it and nobody has put
 * anything into it: the next run makes it again.
 * @returns how many resources there were
 */
export function clearUnwritten(sandbox: Sandbox, stack: string): number {
  if (!existsSync(noteOf(sandbox, stack)) || !notesNothing(sandbox, stack)) return 0;
  const cloud = new Cloud(sandbox.home.cloud);
  const left = madeBy(sandbox, stack);
  for (const resource of left) cloud.remove(resource);
  rmSync(noteOf(sandbox, stack), { force: true });
  return left.length;
}

export function tellCleared(count: number): void {
  if (count === 0) return;
  process.stdout.write(
    `The first run was killed before it wrote its state: the ${count} resources that it had made in the simulated cloud are taken away.\n`,
  );
}
