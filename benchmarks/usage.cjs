// Preloaded into each measured process: writes what it used to file descriptor 3 when it exits.
"use strict";
const { writeSync } = require("node:fs");

const startedAt = process.hrtime.bigint();
process.once("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = {
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    wallMs: Number(process.hrtime.bigint() - startedAt) / 1e6,
    peakMiB: maxRSS / 1024,
    resources: globalThis.benchmarkResources ?? 0,
  };
  writeSync(3, JSON.stringify(usage));
});
