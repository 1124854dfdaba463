import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dataLost, durations, total } from "../../demo/durations";
import { loseDatabase, recover } from "../../demo/recovery-run";
import { targetsFor } from "../../operations/backup/places";
import { readStackFile } from "../../operations/stack-file";
import { captured, copyOfLanded, scratch } from "../support/landed";

const REPOSITORY = join(__dirname, "..", "..");

// The short form of `npm run demo:recovery`: production is brought up by whichever test asks first.
it("a database that was deleted behind the program's back comes back as the next generation, and nothing else goes", async () => {
  const home = await copyOfLanded("recovery");
  const stackFiles = scratch("recovery-files");
  mkdirSync(stackFiles);
  cpSync(join(REPOSITORY, "Pulumi.production.yaml"), join(stackFiles, "Pulumi.production.yaml"));
  const sandbox = captured(home, { stackFiles });

  const loss = loseDatabase(sandbox, "production");
  expect(loss.cluster).toBe("affiliate-production-database");
  const { lines, update, faults } = await recover(sandbox, stackFiles, "production", loss);
  expect(faults, update.stdout + update.stderr).toEqual([]);
  expect(lines).toEqual([`restore: { from: "${loss.resourceId}@latest", generation: 1 }`]);
  const stateful = update.events.steps.filter(
    ({ op, type }) => /delete|replace/.test(op) && /^aws:(rds|s3|elasticache|backup|kms|dynamodb)/.test(type),
  );
  expect(stateful.map(({ urn }) => urn)).toEqual([]);
}, 300_000);

it("the table of durations meets the targets, each number with its source", () => {
  const { rpoMinutes, rtoMinutes } = targetsFor(readStackFile(REPOSITORY, "production"), false);
  expect(total(durations)).toBeLessThanOrEqual(rtoMinutes);
  expect(dataLost.minutes).toBeLessThanOrEqual(rpoMinutes);
  for (const { step, source } of [...durations, dataLost]) expect(source, step).not.toBe("");
});
