import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import type { GateState, Migration, Outcome } from "./state";

/**
 * The gate's memory, one table (keys `kind` and `id`), four kinds of items:
 * - `release`: where the gate is with a release. Written with a version, so that of two calls at once one wins.
 * - `trial`: how the new tasks answered on the test listener, for the command that follows the deployment.
 * - `lock`: who may touch the schema, and until when.
 * - `migration`: what was done to the schema, when, by which release; sorted by time, kept for good.
 */
export interface Saved {
  readonly state: GateState;
  readonly version: number;
}

/** What a release did to the schema, or may have done: what whoever goes back behind it has to know. */
export interface MigrationRecord {
  /** When it ended. */
  readonly at: string;
  readonly releaseId: string;
  readonly image: string;
  readonly version: string;
  readonly result: "migrated" | "rolled-back" | "failed";
  readonly reason: string;
  readonly migrations: readonly Migration[];
  readonly snapshot: string;
}

const MINUTE = 60_000;
/** Far above the five minutes that a call lasts at most; renewed by each. */
export const LEASE_MINUTES = 15;
/** ECS forgets deployments after 90 days. */
const RELEASE_DAYS = 90;
const expiryOf = (now: Date): number => Math.floor(now.getTime() / 1000) + RELEASE_DAYS * 86_400;
const TRIAL_PATIENCE_MS = 5_000;

export class Records {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async load(id: string): Promise<Saved | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: { kind: "release", id }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : { state: Item.state as GateState, version: Item.version as number };
  }

  /** The new version; undefined when somebody else has written since. */
  async save(state: GateState, version: number, now: Date): Promise<number | undefined> {
    const next = version + 1;
    const release = {
      TableName: this.table,
      Item: {
        kind: "release",
        id: state.release.id,
        version: next,
        // For whoever looks at the table.
        step: state.step.at,
        ...(state.outcome && { result: state.outcome.result, reason: state.outcome.reason }),
        state,
        expires: expiryOf(now),
      },
      ...(version === 0
        ? { ConditionExpression: "attribute_not_exists(id)" }
        : {
            ConditionExpression: "version = :version",
            ExpressionAttributeValues: { ":version": version },
          }),
    };
    const history = migrationRecord(state, now);
    try {
      if (history === undefined) {
        await this.client.send(new PutCommand(release));
      } else {
        // Both or neither: what was done to the schema is on record before the deployment goes on.
        const id = `${history.at}#${history.releaseId}`;
        const item = { TableName: this.table, Item: { kind: "migration", id, ...history } };
        await this.client.send(new TransactWriteCommand({ TransactItems: [{ Put: release }, { Put: item }] }));
      }
    } catch (error) {
      if (isConditionFailed(error)) return undefined;
      throw error;
    }
    return next;
  }

  /**
   * How the new tasks of a deployment answered; a later call's word replaces an earlier one's. Within five seconds: the
   * deployment waits for the gate, and this is for whoever reads it afterwards.
   */
  async saveTrial(id: string, { status, result, reason }: Outcome, now: Date): Promise<void> {
    const Item = { kind: "trial", id, status, result, reason, at: now.toISOString(), expires: expiryOf(now) };
    await this.client.send(new PutCommand({ TableName: this.table, Item }), {
      abortSignal: AbortSignal.timeout(TRIAL_PATIENCE_MS),
    });
  }

  async loadTrial(id: string): Promise<Pick<Outcome, "status" | "reason"> | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: { kind: "trial", id }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : trialShape.parse(Item);
  }

  /** The lock when it is free, its lease is over, or it is the owner's already; else who has it. */
  takeLock(owner: string, now: Date): Promise<{ readonly heldBy: string | undefined }> {
    return this.writeLock(owner, now, "attribute_not_exists(holder) OR holder = :owner OR leaseEnds < :now");
  }

  /** Only what is still the owner's: who lost it knows nothing of what has happened to the schema since. */
  renewLock(owner: string, now: Date): Promise<{ readonly heldBy: string | undefined }> {
    return this.writeLock(owner, now, "holder = :owner");
  }

  private async writeLock(owner: string, now: Date, condition: string) {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: LOCK,
          UpdateExpression: "SET holder = :owner, leaseEnds = :ends",
          ConditionExpression: condition,
          ExpressionAttributeValues: {
            ":owner": owner,
            ":ends": now.getTime() + LEASE_MINUTES * MINUTE,
            ...(condition.includes(":now") && { ":now": now.getTime() }),
          },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return { heldBy: undefined };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { heldBy: error.Item?.holder?.S ?? "one that is done by now" };
    }
  }

  async releaseLock(owner: string): Promise<void> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: LOCK,
          UpdateExpression: "REMOVE holder, leaseEnds",
          ConditionExpression: "holder = :owner",
          ExpressionAttributeValues: { ":owner": owner },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /**
   * What releases did to the schema after a time, oldest first. To go back to an image, ask from the end of its last
   * successful deployment: its own migrations ended before that.
   */
  async migrationsSince(since: Date): Promise<readonly MigrationRecord[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: "kind = :kind AND id > :since",
        ExpressionAttributeValues: { ":kind": "migration", ":since": since.toISOString() },
      }),
    );
    return Items.map((item) => recordShape.parse(item));
  }
}

const LOCK = { kind: "lock", id: "schema" };

const trialShape = z.object({ status: z.enum(["SUCCEEDED", "FAILED"]), reason: z.string() });

const recordShape = z.object({
  at: z.string(),
  releaseId: z.string(),
  image: z.string(),
  version: z.string(),
  result: z.enum(["migrated", "rolled-back", "failed"]),
  reason: z.string(),
  migrations: z.array(z.object({ name: z.string(), declared: z.boolean(), found: z.array(z.string()) })),
  snapshot: z.string(),
});

/** Only of a release that came as far as the migration, and is done. */
function migrationRecord(state: GateState, now: Date): MigrationRecord | undefined {
  const { outcome, began, release, before, snapshot = "" } = state;
  if (outcome === undefined || !began) return undefined;
  const { result, reason } = outcome;
  if (result !== "migrated" && result !== "rolled-back" && result !== "failed") return undefined;
  return {
    at: now.toISOString(),
    releaseId: release.id,
    image: release.image,
    version: release.version,
    result,
    reason,
    migrations: before?.pending ?? [],
    snapshot,
  };
}

function isConditionFailed(error: unknown): boolean {
  if (error instanceof ConditionalCheckFailedException) return true;
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === "ConditionalCheckFailed")
  );
}
