// What the processes cost that ours starts, and those that they start. Linux only: NaN elsewhere. Sources: man 5 proc.
import { readFileSync, readdirSync } from "node:fs";

/** Processor time in seconds of all processes that ours started and that have ended, theirs included. */
export function endedCpuSeconds(): number {
  // utime is the 12th word, then stime, cutime, cstime, in hundredths of a second.
  const words = statOf("self") ?? [];
  return (Number(words[13]) + Number(words[14])) / 100;
}

/** Looks again and again at how much memory all processes hold that ours started, until it is stopped. */
export function watchMemory(everyMs = 200): { readonly stop: () => number } {
  let peak = process.platform === "linux" ? 0 : NaN;
  const timer = setInterval(() => (peak = Math.max(peak, startedMiB())), everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

/** Resident memory; what several share counts for each. */
function startedMiB(): number {
  if (process.platform !== "linux") return NaN;
  const all = readdirSync("/proc").flatMap((pid) => {
    const words = /^\d+$/.test(pid) ? statOf(pid) : undefined;
    // ppid is the second word, rss the 22nd, in pages of 4 KiB.
    return words === undefined ? [] : [{ pid, parent: words[1] ?? "", pages: Number(words[21]) }];
  });
  const of = (parent: string): number =>
    all.filter((one) => one.parent === parent).reduce((sum, { pid, pages }) => sum + pages + of(pid), 0);
  return (of(String(process.pid)) * 4) / 1024;
}

/** The words of a process's stat after its name in brackets, which may hold anything; none once it has ended. */
function statOf(pid: string): readonly string[] | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
