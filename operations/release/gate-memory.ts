import { errorName } from "../aws";
import type { Context } from "../verb";
import type { Targets } from "../../config/targets";
import type { MigrationRecord } from "../../functions/release-gate/records";
import type { GateWord } from "./verdict";

/** What the release gate wrote down; read with the gate's own code, and never by a verb that could not do without. */
export async function gateRecords({ aws }: Context, { releaseGate }: Targets) {
  const [client, { DynamoDBDocumentClient }, { Records }] = await Promise.all([
    aws.dynamodb(),
    import("@aws-sdk/lib-dynamodb"),
    import("../../functions/release-gate/records"),
  ]);
  return new Records(DynamoDBDocumentClient.from(client), releaseGate.tableName);
}

/**
 * How the gate judged a deployment at the last stage that it came to; undefined when it has no record of it, or it cannot
 * be read.
 */
export async function gateWordOf(
  context: Context,
  targets: Targets,
  deploymentArn: string,
): Promise<GateWord | undefined> {
  try {
    const records = await gateRecords(context, targets);
    const id = deploymentArn.split("/").at(-1) ?? deploymentArn;
    const [saved, trial] = await Promise.all([records.load(id), records.loadTrial(id)]);
    const outcome = trial ?? saved?.state.outcome;
    if (outcome === undefined) return undefined;
    const stage = trial === undefined ? "schema" : "smoke test";
    return { stage, failed: outcome.status === "FAILED", reason: outcome.reason };
  } catch (error) {
    context.terminal.warn(`What the gate recorded could not be read (${errorName(error)}).`);
    return undefined;
  }
}

/** Seconds that a rollback waits for the table: it has better things to do. */
const PATIENCE_MS = 3_000;

export type SchemaSince = readonly MigrationRecord[] | { readonly unknown: string };

/** What was done to the schema after a time. That nobody can tell is an answer as well. */
export async function migrationsSince(context: Context, targets: Targets, since: Date): Promise<SchemaSince> {
  const late = new Promise<SchemaSince>((resolve) => {
    setTimeout(
      () => resolve({ unknown: `the table did not answer within ${PATIENCE_MS / 1000} s` }),
      PATIENCE_MS,
    ).unref();
  });
  const asked = gateRecords(context, targets)
    .then((records) => records.migrationsSince(since))
    .catch((error: unknown): SchemaSince => ({ unknown: errorName(error) || String(error) }));
  return Promise.race([asked, late]);
}

/** What whoever goes back has to know of the schema: a line a fault, none when the old code can live with it. */
export function schemaWarnings(found: SchemaSince, since: Date): string[] {
  if ("unknown" in found) {
    return [`Whether the schema has changed since is not known (${found.unknown}): the old code may not fit it.`];
  }
  const after = found.filter(({ at, result }) => Date.parse(at) > since.getTime() && result !== "rolled-back");
  return after.flatMap(({ version, migrations, result, snapshot }) => {
    if (result === "failed") {
      return [`The migration of ${version} failed half-way; snapshot ${snapshot} holds the schema before it.`];
    }
    return migrations
      .filter(({ declared }) => !declared)
      .map(({ name, found: risky }) => {
        const why =
          risky.length > 0 ? `is not backward compatible (${risky.join(", ")})` : "is not declared backward compatible";
        return `Migration ${name} of ${version} ${why}: the old code may fail on it. Snapshot before it: ${snapshot}.`;
      });
  });
}
