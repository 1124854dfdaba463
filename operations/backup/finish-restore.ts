import { readFileSync } from "node:fs";
import path from "node:path";
import type { Targets } from "../../config/targets";
import { containers } from "../../config/vocabulary";
import { consoleRevision } from "../console/task";
import { runOnce } from "../console/once";
import type { ExitReason } from "../exit-codes";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { runningRelease } from "../released";
import { readTargets } from "../targets";
import type { Context } from "../verb";
import { release } from "../verbs/release";
import type { RestoreDatabaseOptions } from "../verbs/restore-database";
import { currentGeneration } from "./generation-file";
import { databaseCluster } from "./places";

/**
 * What is kept in Redis is of the data before. Configuration, routes and views are cached in files of each task, and go with
 * it. Source: Laravel, Cache.
 */
const CLEAR = ["php", "artisan", "cache:clear"] as const;

/** After the update: tasks of the old generation's data go, and with them what they cached. */
export async function finishRestore(
  context: Context,
  options: RestoreDatabaseOptions,
  lookSeconds: number,
): Promise<ExitReason> {
  const { aws, stack, terminal } = context;
  const targets = await readTargets(aws, stack);
  await demandGeneration(context, targets);
  const running = await runningRelease(aws, targets);
  terminal.say(
    `Clears the caches of ${stack.stack} and rolls its services onto ${targets.database.clusterIdentifier}.`,
  );
  if (options.dryRun) {
    terminal.say("Dry run: nothing was changed.");
    if (options.json)
      terminal.json({ stack: stack.stack, result: "dryRun", cluster: targets.database.clusterIdentifier });
    return "ok";
  }
  await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
  const clear = async () => {
    terminal.say("Clearing cache...");
    const taskDefinition = await consoleRevision(context, targets, running);
    const work = { taskDefinition, container: containers.console, command: CLEAR, startedBy: "operations/restore" };
    const { exitCode, reason, arn } = await runOnce(context, targets, work, { lookSeconds });
    if (exitCode === 0) return;
    throw new Failure(
      "failed",
      `artisan cache:clear ended with ${exitCode ?? "no exit code"} (${reason}).`,
      `Its log: npm run operations -- logs console --stack ${stack.stack} --task ${arn.split("/").pop() ?? arn}. ` +
        "Then run this again: it begins anew",
    );
  };
  await clear();
  terminal.say("Restarting services...");
  const rolled = { stack: stack.stack, running: true, json: false, dryRun: false };
  // Confirmed above.
  const ended = await release.run(context, { ...rolled, yes: stack.stack, interval: String(Math.min(lookSeconds, 5)) });
  if (ended !== "ok") return ended;
  // Old tasks have cached the old data until their end.
  await clear();
  terminal.say("Disaster recovery completed!");
  if (options.json) terminal.json({ stack: stack.stack, result: "ok", cluster: targets.database.clusterIdentifier });
  return "ok";
}

/** The update has to be through: otherwise the services would be rolled onto the old generation again. */
async function demandGeneration({ aws, stack }: Context, { database }: Targets): Promise<void> {
  const content = readFileSync(path.join(stack.root, `Pulumi.${stack.stack}.yaml`), "utf8");
  const { generation } = currentGeneration(content);
  const wanted = databaseCluster(stack.facts, generation);
  const advice = `npm run up -- ${stack.stack}, from the branch that the pull request was merged into`;
  if (database.clusterIdentifier !== wanted) {
    throw new Failure(
      "refused",
      `The stack file says generation ${generation} (${wanted}), and the program has published ` +
        `${database.clusterIdentifier}: the update is not through, or this stack file is not the newest.`,
      advice,
    );
  }
  const { DBClusters: [cluster] = [] } = await (await aws.rds()).describeDBClusters({ DBClusterIdentifier: wanted });
  if (cluster?.Status === "available") return;
  throw new Failure("refused", `${wanted} is ${cluster?.Status ?? "not there"}, not available.`, advice);
}
