import path from "node:path";
import { expect, it } from "vitest";
import { dataLost, durations, total } from "../../../demo/durations";
import { targetsFor } from "../../../operations/backup/places";
import { readStackFile } from "../../../operations/stack-file";

// The recovery itself, with two runs of the engine, is `npm run demo:recovery`.
it("the table of durations meets the targets, each number with its source", () => {
  const { rpoMinutes, rtoMinutes } = targetsFor(
    readStackFile(path.resolve(__dirname, "../../.."), "production"),
    false,
  );
  expect(total(durations)).toBeLessThanOrEqual(rtoMinutes);
  expect(dataLost.minutes).toBeLessThanOrEqual(rpoMinutes);
  for (const { step, source } of [...durations, dataLost]) expect(source, step).not.toBe("");
});
