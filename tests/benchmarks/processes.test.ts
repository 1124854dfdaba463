import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { endedCpuSeconds, watchMemory } from "../../benchmarks/processes";

/** A child that starts another, which holds 200 MiB and works for a second. */
const HOLDS =
  "const held = Buffer.alloc(200 << 20, 1); for (const end = Date.now() + 1000; Date.now() < end;); held[0];";
const STARTS = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(HOLDS)}]);`;

describe.skipIf(process.platform !== "linux")(
  "what the processes cost that ours starts (read from Linux's /proc)",
  () => {
    it("counts theirs too, memory while they live and processor time once they have ended", async () => {
      const [before, memory] = [endedCpuSeconds(), watchMemory(50)];
      await once(spawn(process.execPath, ["-e", STARTS]), "close");
      const peak = memory.stop();
      expect(peak).toBeGreaterThan(200);
      expect(peak).toBeLessThan(1_000);
      expect(endedCpuSeconds() - before).toBeGreaterThan(0.1);
    });
  },
);
