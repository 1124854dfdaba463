import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { MariaDbServer } from "../../tests/backup/mariadb-server";

export interface Usage {
  readonly seconds: number;
  /** Processor time of the commands and of the server, in seconds. */
  readonly cpuSeconds: number;
  /** Most memory that one process of the command held. */
  readonly peakMiB: number;
}

/** The kernel's account of all that a command started: GNU time would be one more package. */
const ACCOUNT = `
import json, resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "kib": used.ru_maxrss}))
sys.exit(code)`;

/** Kernel ticks are hundredths of a second on every Linux that Node runs on. */
const TICKS = 100;

/** Processor time that the server has used since its start, in seconds. */
function cpuOf(server: MariaDbServer): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Waits until the server has no more to tidy up after the command before. */
async function rest(server: MariaDbServer): Promise<void> {
  for (let seconds = 0; seconds < 120; seconds += 1) {
    const before = cpuOf(server);
    await sleep(1000);
    if (cpuOf(server) - before < 0.05) return;
  }
}

export async function measure(
  server: MariaDbServer,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Usage> {
  await rest(server);
  const serverBefore = cpuOf(server);
  const started = process.hrtime.bigint();
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn("python3", ["-c", ACCOUNT, ...command], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(text);
      else reject(new Error(`${command.slice(0, 2).join(" ")} ended with ${code}`));
    });
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const { cpu, kib } = JSON.parse(output) as { cpu: number; kib: number };
  return { seconds, cpuSeconds: cpu + cpuOf(server) - serverBefore, peakMiB: kib / 1024 };
}
