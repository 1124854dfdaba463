import type { Targets } from "../../config/targets";
import { scratchDatabase } from "../../config/dump";
import { type Ended, runOnce } from "../console/once";
import { Failure } from "../failure";
import type { Context } from "../verb";
import type { Progress } from "./progress";

/** Of the family of dumps and of its one container (components/compute/database-dump.ts). */
const DUMP = "dump";

/** The revision that made the newest dump: the engine that has to be able to read them. */
export async function engineRevision({ aws, stack }: Context): Promise<string> {
  const ecs = await aws.ecs();
  const familyPrefix = stack.facts.name("taskFamily", DUMP);
  const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({ familyPrefix, status: "ACTIVE", sort: "DESC" });
  // The prefix is that of the template's family, too.
  const own = taskDefinitionArns.filter((arn) => arn.includes(`/${familyPrefix}:`));
  const newest = own.sort((a, b) => revision(b) - revision(a))[0];
  if (newest !== undefined) return newest;
  throw new Failure(
    "refused",
    `No revision of ${familyPrefix} is registered: no dump has run yet.`,
    "backup now --dump",
  );
}

const revision = (arn: string): number => Number(arn.split(":").pop());

/** Restores a dump into the scratch database of a host, and compares every row. The host's own schema is only readable to it. */
export async function restoreOnce(
  context: Context,
  targets: Targets,
  { taskDefinition, from, host, lookSeconds, progress }: RestoreTask,
): Promise<Ended> {
  const logs = await context.aws.logs();
  const logGroupName = context.stack.facts.name("logGroup", DUMP);
  const work = {
    taskDefinition,
    container: DUMP,
    command: ["restore", "--from", from, "--host", host, "--database", scratchDatabase, "--definer", "drop"],
    startedBy: "operations/backup-verify",
  };
  const look = async (arn: string) => {
    const logStreamName = `${DUMP}/${DUMP}/${arn.split("/").pop() ?? arn}`;
    const last = await logs
      .getLogEvents({ logGroupName, logStreamName, limit: 1 })
      .then(({ events = [] }) => events.at(-1)?.message ?? "")
      .catch((error: Error) => {
        // Until the container's first line.
        if (error.name === "ResourceNotFoundException") return "";
        throw error;
      });
    if (last !== "") progress.update({}, messageOf(last));
  };
  return runOnce(context, targets, work, { lookSeconds, look });
}

export interface RestoreTask {
  readonly taskDefinition: string;
  /** s3://… */
  readonly from: string;
  readonly host: string;
  readonly lookSeconds: number;
  readonly progress: Progress;
}

/** The engine's lines are JSON with a message for people: how far it is, at what speed, how long it will take. */
function messageOf(line: string): string {
  try {
    const { message } = JSON.parse(line) as { message?: string };
    return message ?? line;
  } catch (error) {
    if (error instanceof SyntaxError) return line;
    throw error;
  }
}
