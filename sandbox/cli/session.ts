import { readFileSync, readdirSync } from "node:fs";

/**
 * Ends what a CLI that was killed left behind: providers and language hosts are in process groups of their own and do not
 * notice that it is gone. They are still in the session that the CLI was started in. Linux only: elsewhere the language
 * host ends itself after five minutes.
 */
export function endSession(session: number): void {
  if (process.platform !== "linux") {
    return;
  }
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    if (sessionOf(pid) === session) {
      end(Number(pid));
    }
  }
}

/** The sixth field of /proc/<pid>/stat; the second, the name in parentheses, may hold spaces. */
function sessionOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
  } catch {
    // It ended while we were looking.
    return undefined;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
