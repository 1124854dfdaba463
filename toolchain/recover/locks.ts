import { hostname } from "node:os";

/** Who holds a stack, as the backend says it when it refuses. */
export interface Lock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: Date;
}

/** `…/5f3.json: created by deploy@runner-1 (pid 4711) at 2026-11-27T10:40:00+09:00` */
const LOCK = /created by (\S*)@(\S+) \(pid (\d+)\) at (\S+)/g;

/** The locks that a refusal names; none where it refuses for another reason. */
export function locksIn(refusal: string): Lock[] {
  return [...refusal.matchAll(LOCK)].map(([, user = "", host = "", pid = "", since = ""]) => ({
    user,
    host,
    pid: Number(pid),
    since: new Date(since),
  }));
}

export type Holder = "gone" | "at work" | "elsewhere";

/** Whether the process that holds it still runs; of another machine that cannot be told. */
export function holderOf(lock: Lock, here = hostname(), alive = isAlive): Holder {
  if (lock.host !== here) return "elsewhere";
  return alive(lock.pid) ? "at work" : "gone";
}

export function lockInWords(lock: Lock, now = new Date()): string {
  const minutes = Math.max(0, Math.round((now.getTime() - lock.since.getTime()) / 60_000));
  const age = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return `${lock.user}@${lock.host} (process ${lock.pid}), ${age} old`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
