import { readFileSync } from "node:fs";

/** Processor time in seconds of all processes that ours started and that have ended, theirs included; NaN but on Linux. */
export function endedCpuSeconds(): number {
  if (process.platform !== "linux") return NaN;
  // After the name in brackets: utime is the 12th word, then stime, cutime, cstime, in hundredths of a second (man 5 proc).
  const words = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(words[13]) + Number(words[14])) / 100;
}
