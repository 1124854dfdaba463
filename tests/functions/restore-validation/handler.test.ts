import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restoreValidationLimits } from "../../../config/backup-functions";
import { loginsFrom } from "../../../functions/restore-validation/logins";
import { settingsFrom } from "../../../functions/restore-validation/settings";
import { judge } from "../../../functions/restore-validation/verdict";
import type { Fault } from "../support/around";
import { CLUSTER, FakeAws, JOB, settings } from "./fake-aws";

// Written answers of AWS in the SDK's own types: no emulator tests restores.

const INSTANCE = "affiliate-production-restore-test-0a1b2c3d";
const verdictOf = (aws: FakeAws) => [aws.jobs[0]?.ValidationStatus, aws.jobs[0]?.ValidationStatusMessage];

describe("a restore test", () => {
  it("is given an instance, looked into, told, and left as AWS Backup made it", async () => {
    const aws = new FakeAws();
    aws.restored();
    expect(await aws.hours(1)).toBe(0);
    expect(verdictOf(aws)).toEqual(["SUCCESSFUL", "2 tables, 1040 rows, the newest of 2026-11-29T06:59:00.000Z"]);
    expect(aws.deleted).toEqual([INSTANCE]);
    expect(aws.standing).toEqual([]);
    // RDS deletes no cluster under a standing instance.
    expect(aws.stuck).toEqual([]);
    expect(aws.metric("RestoreValidated")).toBe(1);
  });

  it("does nothing, and says how old the last good one is, while there is none", async () => {
    const aws = new FakeAws();
    aws.restored({ ValidationStatus: "SUCCESSFUL", CompletionDate: new Date("2026-11-22T07:30:00Z") });
    aws.restored({ RestoreJobId: "b", ValidationStatus: "FAILED" });
    aws.restored({ RestoreJobId: "c", ValidationStatus: "TIMED_OUT" });
    await aws.invoke();
    expect(aws.calls).not.toContain("CreateDBInstance");
    expect(aws.metric("RestoreTestAge")).toBe(7 * 86_400);
    expect(aws.metric("RestoreValidated")).toBeUndefined();
  });

  it("is as old as its plan when none has ever been good", async () => {
    const aws = new FakeAws();
    await aws.invoke();
    expect(aws.metric("RestoreTestAge")).toBe((aws.time - Date.parse("2026-11-01T00:00:00Z")) / 1000);
  });
});

describe("what fails", () => {
  it.each([
    ["no table", { tables: [] }, "It holds no table"],
    ["no row", { tables: [{ name: "a", rows: 0, newest: undefined }] }, "It holds no row"],
    [
      "nothing new",
      { tables: [{ name: "a", rows: 5, newest: new Date("2026-11-27T00:00:00Z") }] },
      "Nothing was written in the 26 hours before the recovery point",
    ],
    ["no time", { tables: [{ name: "a", rows: 5, newest: undefined }] }, "No row says when it was written"],
  ])("a copy with %s is called not whole", async (_, contents, message) => {
    const aws = new FakeAws();
    aws.restored();
    aws.read = () => contents;
    await aws.hours(1);
    expect(aws.jobs[0]?.ValidationStatus).toBe("FAILED");
    expect(aws.jobs[0]?.ValidationStatusMessage).toContain(message);
    expect(aws.metric("RestoreValidated")).toBe(0);
    expect(aws.standing).toEqual([]);
  });

  it("a copy that the server does not let in, or cannot read, is not whole either", async () => {
    const aws = new FakeAws();
    aws.restored();
    aws.read = () => {
      throw Object.assign(new Error("Unknown database"), { sqlState: "42000", code: "ER_BAD_DB_ERROR" });
    };
    await aws.hours(1);
    expect(verdictOf(aws)).toEqual(["FAILED", "It cannot be read: Error: Unknown database"]);
  });

  it("a connection that breaks is tried again, and is no verdict", async () => {
    const aws = new FakeAws();
    aws.restored();
    let tried = 0;
    const whole = aws.read;
    aws.read = (host) => {
      if ((tried += 1) < 4) throw Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT" });
      return whole(host);
    };
    expect(await aws.hours(1)).toBe(3);
    expect(aws.jobs[0]?.ValidationStatus).toBe("SUCCESSFUL");
  });

  it("an instance that does not come is a verdict before AWS Backup stops waiting", async () => {
    const aws = new FakeAws();
    aws.restored();
    aws.instanceSeconds = 5 * 3600;
    await aws.hours(restoreValidationLimits.lookHours + 0.5);
    expect(verdictOf(aws)).toEqual(["FAILED", "its instance was creating after 3 hours"]);
    await aws.hours(4);
    expect(aws.standing).toEqual([]);
  });

  it("an instance that fails is a verdict at once", async () => {
    const aws = new FakeAws();
    aws.restored();
    aws.instanceEnds = "incompatible-parameters";
    await aws.hours(1);
    expect(verdictOf(aws)).toEqual(["FAILED", "its instance is incompatible-parameters"]);
    expect(aws.standing).toEqual([]);
  });

  it("a verdict that did not get through is found out anew", async () => {
    const aws = new FakeAws();
    aws.restored();
    let puts = 0;
    aws.fault = (name) => (name === "PutRestoreValidationResult" && (puts += 1) === 1 ? "refused" : "none");
    expect(await aws.hours(2)).toBe(1);
    expect(aws.jobs[0]?.ValidationStatus).toBe("SUCCESSFUL");
    expect(aws.standing).toEqual([]);
  });

  it("says for a day that AWS Backup left a copy behind", async () => {
    const aws = new FakeAws();
    aws.restored({ ValidationStatus: "SUCCESSFUL", DeletionStatus: "FAILED", DeletionStatusMessage: "in use" });
    await expect(aws.invoke()).rejects.toThrow(`${CLUSTER}: Error: AWS Backup could not delete it (in use)`);
    aws.minutes(60 * restoreValidationLimits.complainHours);
    await aws.invoke();
  });

  it("says that nobody has said how to look into another kind of resource", async () => {
    const aws = new FakeAws();
    aws.restored({ ResourceType: "S3", CreatedResourceArn: "arn:aws:s3:::awsbackup-restore-test-1" });
    await expect(aws.invoke()).rejects.toThrow("is of S3, and nobody has said how to look into that");
  });
});

describe("what is not its own", () => {
  it("stays, and what an earlier call left goes", async () => {
    const aws = new FakeAws();
    aws.add("affiliate-production-restore-test-deadbeef", { ManagedBy: "restore-validation" });
    aws.add("affiliate-production-restore-test-by-hand", {});
    aws.add("affiliate-production-database-1", { ManagedBy: "restore-validation" });
    await aws.invoke();
    expect(aws.deleted).toEqual(["affiliate-production-restore-test-deadbeef"]);
  });

  it.each([
    ["deletion under way", { DeletionStatus: "DELETING" as const }],
    ["no resource", { CreatedResourceArn: undefined }],
  ])("is left alone: %s", async (_, overrides) => {
    const aws = new FakeAws();
    aws.restored(overrides);
    await aws.invoke();
    expect(aws.calls).not.toContain("CreateDBInstance");
  });

  it("is never touched, whatever fails and in whatever order, and no instance is left", async () => {
    const fault: fc.Arbitrary<Fault> = fc.constantFrom(
      "none",
      "none",
      "none",
      "none",
      "throttled",
      "lost",
      "refused",
      "dead",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { minLength: 5, maxLength: 60 }),
        fc.constantFrom(60, 480, 9000),
        fc.array(fc.constantFrom(5, 5, 15, 60), { minLength: 5, maxLength: 40 }),
        async (faults, instanceSeconds, gaps) => {
          const aws = new FakeAws();
          aws.restored();
          aws.add("affiliate-production-database-1", {});
          aws.instanceSeconds = instanceSeconds;
          let at = 0;
          aws.fault = () => faults[at++ % faults.length] ?? "none";
          for (const gap of gaps) {
            await aws.invoke().catch(() => undefined);
            aws.minutes(gap);
          }
          aws.fault = () => "none";
          await aws.hours(restoreValidationLimits.lookHours + 4);
          expect(aws.standing).toEqual(["affiliate-production-database-1"]);
          expect(["SUCCESSFUL", "FAILED"]).toContain(aws.jobs[0]?.ValidationStatus);
        },
      ),
      { numRuns: Number(process.env.VALIDATION_RUNS ?? 60) },
    );
  }, 120_000);
});

describe("its parts", () => {
  const at = new Date("2026-11-29T07:00:00Z");

  it("does not ask for news where nobody works with the database, and says what it could not count", () => {
    const tables = [
      { name: "a", rows: 5, newest: undefined },
      { name: "b", rows: undefined, newest: undefined },
    ];
    expect(judge({ tables }, at, undefined)).toEqual({
      good: true,
      message: "2 tables, 5 rows (1 tables not counted to their end), the newest without a time",
    });
    expect(judge({ tables: tables.slice(1) }, at, undefined).good).toBe(false);
  });

  it("has the secret's login and the one before, and never says what they are", async () => {
    const of = (user: string) => JSON.stringify({ username: user, password: "of-the-test" });
    const stages = { AWSCURRENT: of("new"), AWSPREVIOUS: of("old") };
    const logins = await loginsFrom("arn", (_, stage) => Promise.resolve(stages[stage]));
    expect(logins.map(({ username }) => username)).toEqual(["new", "old"]);
    await expect(loginsFrom("arn", () => Promise.resolve(undefined))).rejects.toThrow("has no value yet");
    await expect(loginsFrom("arn", () => Promise.resolve('"of-the-test"'))).rejects.toThrow(
      /^The secret arn is not JSON with username and password; operations secrets set writes it$/,
    );
  });

  it("names all that its environment lacks at once", () => {
    expect(() => settingsFrom({ ENVIRONMENT: "x" })).toThrow(/RESTORE_TESTING_PLAN_ARN.*INSTANCE_CLASS.*SECRET_ARN/);
    expect(settings.instancePrefix.length + 9).toBeLessThanOrEqual(63);
    expect(JOB).toHaveLength(36);
  });
});
