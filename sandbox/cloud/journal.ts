import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

export type CallKind = "create" | "read" | "update" | "delete" | "invoke";

export interface CallEntry {
  readonly time: string;
  readonly pid: number;
  readonly call: CallKind;
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  /** "ok", "preview", or what went wrong. */
  readonly outcome: string;
}

/** What was asked of the cloud, one line a call: proofs and tests read it. */
export class Journal {
  constructor(private readonly folder: string) {}

  write(entry: Omit<CallEntry, "time" | "pid">): void {
    const line = `${JSON.stringify({ time: new Date().toISOString(), pid: process.pid, ...entry })}\n`;
    const file = join(this.folder, "calls.jsonl");
    try {
      appendFileSync(file, line);
    } catch {
      mkdirSync(this.folder, { recursive: true });
      appendFileSync(file, line);
    }
  }
}
