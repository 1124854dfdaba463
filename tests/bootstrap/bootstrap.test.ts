import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { KMS } from "@aws-sdk/client-kms";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBootstrap } from "../../bootstrap/bootstrap";
import { lifecycleRules } from "../../bootstrap/bucket-settings";
import type { ResolveNs } from "../../bootstrap/hosted-zone";
import { RESERVED } from "../../bootstrap/lambda-concurrency";
import { exitCodes } from "../../operations/exit-codes";
import { platform } from "../components/monitoring/platform";
import { type Emulator, startEmulator } from "../support/aws-emulator";
import { type Front, startFront } from "../support/aws-front";
import { runVerbs, stackFolder } from "../support/command-line";

const BUCKET = "affiliate-production-pulumi-state-123456789012";
const STATE_ALIAS = "alias/affiliate-production-pulumi-state";
const root = stackFolder();
const ACCOUNT_SETTINGS = "GET /2016-08-19/account-settings";
let emulator: Emulator;
let front: Front;
let answerNs: ResolveNs;
/** What Lambda may run at once; moto 5.2 has no GetAccountSettings. */
let concurrency: number;

beforeAll(async () => {
  emulator = await startEmulator();
  front = await startFront(emulator, (name) =>
    Promise.resolve(
      name.startsWith(ACCOUNT_SETTINGS)
        ? { status: 200, body: JSON.stringify({ AccountLimit: { ConcurrentExecutions: concurrency } }) }
        : undefined,
    ),
  );
  Object.assign(process.env, front.environment);
}, 180_000);
afterAll(async () => {
  await front.stop();
  await emulator.stop();
});
beforeEach(async () => {
  await front.reset();
  concurrency = 1000;
  answerNs = () => Promise.reject(Object.assign(new Error("offline"), { code: "ECONNREFUSED" }));
});

const bootstrap = (...argv: string[]) => runVerbs([createBootstrap((zone) => answerNs(zone))], argv, root);
const make = () => bootstrap("--stack", "production", "--yes", "production");
/** Straight to the emulator: what is really there, and not among the calls of the run. */
const direct = () => ({ endpoint: emulator.endpoint, region: "ap-northeast-1" });

describe("the first run", () => {
  it("makes the bucket with every setting", async () => {
    const { code, stderr } = await make();
    expect(code, stderr).toBe(0);
    const s3 = new S3(direct());
    const target = { Bucket: BUCKET };
    expect((await s3.getBucketVersioning(target)).Status).toBe("Enabled");
    expect((await s3.getPublicAccessBlock(target)).PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
    expect((await s3.getBucketOwnershipControls(target)).OwnershipControls?.Rules).toEqual([
      { ObjectOwnership: "BucketOwnerEnforced" },
    ]);
    const { KeyMetadata } = await new KMS(direct()).describeKey({ KeyId: STATE_ALIAS });
    expect((await s3.getBucketEncryption(target)).ServerSideEncryptionConfiguration?.Rules).toEqual([
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: KeyMetadata?.Arn },
        BucketKeyEnabled: true,
      },
    ]);
    const policy = JSON.parse((await s3.getBucketPolicy(target)).Policy ?? "") as { Statement: { Sid: string }[] };
    expect(policy.Statement.map(({ Sid }) => Sid)).toEqual(["TlsOnly", "HistoryIsKept"]);
    const { Rules } = await new S3({ ...direct(), endpoint: front.endpoint }).getBucketLifecycleConfiguration(target);
    expect(Rules).toEqual(lifecycleRules);
    expect((await s3.getBucketTagging(target)).TagSet).toEqual([
      { Key: "Project", Value: "affiliate-system" },
      { Key: "ManagedBy", Value: "Bootstrap" },
    ]);
    expect((await s3.getBucketLocation(target)).LocationConstraint).toBe("ap-northeast-1");
  });

  it("makes both keys, rotated, with nobody able to delete them by one command", async () => {
    await make();
    const kms = new KMS(direct());
    for (const alias of [STATE_ALIAS, "alias/affiliate-production-pulumi-secrets"]) {
      const { KeyMetadata } = await kms.describeKey({ KeyId: alias });
      expect((await kms.getKeyRotationStatus({ KeyId: KeyMetadata?.KeyId })).KeyRotationEnabled).toBe(true);
      const { Policy } = await kms.getKeyPolicy({ KeyId: KeyMetadata?.KeyId, PolicyName: "default" });
      expect(Policy).toContain("kms:ScheduleKeyDeletion");
    }
  });

  it("makes the zone, prints its name servers and id, and the next commands", async () => {
    const { stderr } = await make();
    const { HostedZones } = await new Route53(direct()).listHostedZonesByName({ DNSName: "affiliate.example" });
    const id = HostedZones?.[0]?.Id?.replace("/hostedzone/", "");
    expect(HostedZones).toHaveLength(1);
    expect(stderr).toContain(`zoneId: ${id}`);
    expect(stderr).toMatch(/Delegate affiliate\.example: set these as its NS records.*\n +ns-\d+\.awsdns/);
    expect(stderr).toContain(`pulumi login 's3://${BUCKET}?region=ap-northeast-1'`);
    expect(stderr).toContain(
      "--secrets-provider='awskms://alias/affiliate-production-pulumi-secrets?region=ap-northeast-1'",
    );
  });
});

describe("Lambda's concurrency", () => {
  it("is enough when what functions reserve can be reserved", async () => {
    concurrency = 105;
    const { stderr } = await make();
    expect(stderr).toContain("is there  105 executions at once");
    expect(stderr).not.toContain("L-B99A9384");
  });

  it("of a new account is told of, with the request for more, and stops nothing", async () => {
    concurrency = 10;
    const { code, stderr } = await make();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("Lambda runs 10 executions at once in this account; 105 are needed");
    expect(stderr).toContain("--quota-code L-B99A9384 --desired-value 1000 --region ap-northeast-1");
  });

  it("leaves to each function of the stacks what it reserves", async () => {
    const { recording } = await platform("production");
    const reserved = recording
      .ofType("aws:lambda/function:Function")
      .map(({ inputs }) => Number(inputs.reservedConcurrentExecutions ?? 0));
    expect(reserved.reduce((sum, one) => sum + one, 0)).toBe(RESERVED);
  });
});

describe("the recovery stack", () => {
  it("gets a state bucket and keys of its own in Osaka, and the zone that is there", async () => {
    await make();
    const file = readFileSync(path.join(root, "Pulumi.production.yaml"), "utf8");
    const recovery = file
      .replace("ap-northeast-1", "ap-northeast-3")
      .replace("environment: production", "environment: recovery");
    writeFileSync(path.join(root, "Pulumi.recovery.yaml"), recovery);
    const { code, stderr } = await bootstrap("--stack", "recovery", "--yes", "recovery");
    expect(code, stderr).toBe(0);
    const osaka = { endpoint: emulator.endpoint, region: "ap-northeast-3" };
    const target = { Bucket: "affiliate-recovery-pulumi-state-123456789012" };
    expect((await new S3(osaka).getBucketLocation(target)).LocationConstraint).toBe("ap-northeast-3");
    const { KeyMetadata } = await new KMS(osaka).describeKey({ KeyId: "alias/affiliate-recovery-pulumi-state" });
    expect(KeyMetadata?.Arn).toContain(":ap-northeast-3:");
    expect(
      (await new S3(osaka).getBucketEncryption(target)).ServerSideEncryptionConfiguration?.Rules?.[0]
        ?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
    ).toBe(KeyMetadata?.Arn);
    const { HostedZones } = await new Route53(osaka).listHostedZonesByName({ DNSName: "affiliate.example" });
    expect(HostedZones).toHaveLength(1);
    expect(stderr).toContain("awskms://alias/affiliate-recovery-pulumi-secrets?region=ap-northeast-3");
    expect(stderr).toContain("npm run preview -- recovery");
    expect(stderr).not.toMatch(/ap-northeast-1|--project account/);
  });
});

describe("a second run", () => {
  it("changes nothing and says so", async () => {
    await make();
    const before = front.changes().length;
    const { code, stderr, stdout } = await bootstrap("--stack", "production", "--json");
    expect(code).toBe(0);
    expect(front.changes()).toHaveLength(before);
    expect(stderr).toContain("Nothing to do: everything is there.");
    expect(JSON.parse(stdout)).toMatchObject({ result: "unchanged", actions: [] });
  });

  it("puts back what drifted, and only that", async () => {
    await make();
    const s3 = new S3(direct());
    const kms = new KMS(direct());
    const { KeyMetadata } = await kms.describeKey({ KeyId: STATE_ALIAS });
    await s3.putBucketVersioning({ Bucket: BUCKET, VersioningConfiguration: { Status: "Suspended" } });
    await s3.deleteBucketPolicy({ Bucket: BUCKET });
    await s3.putBucketTagging({ Bucket: BUCKET, Tagging: { TagSet: [{ Key: "CostCenter", Value: "42" }] } });
    await kms.disableKeyRotation({ KeyId: KeyMetadata?.KeyId });
    const before = front.changes().length;

    const { code, stderr } = await make();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`${BUCKET}: versioning differs, and is put back`);
    expect(stderr).toContain(`${STATE_ALIAS}: yearly rotation is off, and is switched on`);
    expect(front.changes().slice(before).sort()).toEqual(
      [
        "TrentService.EnableKeyRotation",
        `PUT /${BUCKET}/?policy=`,
        `PUT /${BUCKET}/?tagging=`,
        `PUT /${BUCKET}/?versioning=`,
      ].sort(),
    );
    const { TagSet } = await s3.getBucketTagging({ Bucket: BUCKET });
    expect(TagSet).toContainEqual({ Key: "CostCenter", Value: "42" });
    expect((await bootstrap("--stack", "production")).stderr).toContain("Nothing to do");
  });

  it("takes up the key of a run that was cut off before its alias", async () => {
    front.fail({
      on: "CreateAlias",
      times: 1,
      answer: { status: 400, body: '{"__type":"InvalidAliasNameException"}' },
    });
    expect((await make()).code).toBe(exitCodes.failed.code);
    const { stderr, code } = await make();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("the key of a run that was cut off");
    const { Keys } = await new KMS(direct()).listKeys({});
    expect(Keys).toHaveLength(2);
  });
});

describe("guards", () => {
  it("a dry run changes nothing", async () => {
    const { code, stderr } = await bootstrap("--stack", "production", "--dry-run");
    expect(code).toBe(0);
    expect(front.changes()).toEqual([]);
    expect(stderr).toContain(`create    ${BUCKET} in ap-northeast-1`);
    expect(stderr).toContain("Dry run: nothing was changed.");
  });

  it("asks before it creates", async () => {
    const { code, stderr } = await bootstrap("--stack", "production");
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("Add --yes production");
    expect((await bootstrap("--stack", "production", "--yes", "staging")).code).toBe(exitCodes.refused.code);
    expect(front.changes()).toEqual([]);
  });

  it("refuses another account's credentials before any other call", async () => {
    const { code, stderr } = await bootstrap("--stack", "elsewhere", "--yes", "elsewhere");
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("belong to account 123456789012");
    expect(front.calls.map((call) => call.name)).toEqual(["GetCallerIdentity"]);
  });

  it("leaves a disabled key as somebody wanted it", async () => {
    await make();
    const kms = new KMS(direct());
    const { KeyMetadata } = await kms.describeKey({ KeyId: STATE_ALIAS });
    await kms.disableKey({ KeyId: KeyMetadata?.KeyId });
    const { code, stderr } = await make();
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("is Disabled");
  });

  it("refuses to choose among several zones of one name", async () => {
    const route53 = new Route53(direct());
    for (const CallerReference of ["1", "2"]) {
      await route53.createHostedZone({ Name: "affiliate.example", CallerReference });
    }
    const { code, stderr } = await make();
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("There are 2 public zones affiliate.example");
    expect(front.changes()).toEqual([]);
  });

  it("rides out throttling and lost connections", async () => {
    const throttled = { status: 400, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' };
    front.fail({ on: "CreateKey", times: 2, answer: throttled });
    front.fail({ on: `PUT /${BUCKET}/?versioning=`, times: 1, answer: "cut" });
    const { code, stderr } = await make();
    expect(code, stderr).toBe(0);
    expect((await bootstrap("--stack", "production")).stderr).toContain("Nothing to do");
  });

  it("tells an error of AWS without a stack trace", async () => {
    front.fail({ on: "GetCallerIdentity", times: 9, answer: { status: 403, body: expiredToken } });
    const { code, stderr } = await make();
    expect(code).toBe(exitCodes.noAccess.code);
    expect(stderr).toBe(
      "error: AWS does not accept the credentials: The security token is expired\n" +
        "  Sign in (aws sso login), or set AWS_PROFILE\n",
    );
  });
});

const expiredToken =
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
  "<Code>ExpiredToken</Code><Message>The security token is expired</Message></Error></ErrorResponse>";

describe("delegation", () => {
  const second = async () => {
    await make();
    return (await bootstrap("--stack", "production")).stderr;
  };

  it("is told when it is there", async () => {
    answerNs = async (zone) => {
      const route53 = new Route53(direct());
      const { HostedZones } = await route53.listHostedZonesByName({ DNSName: zone });
      const { DelegationSet } = await route53.getHostedZone({ Id: HostedZones?.[0]?.Id });
      return (DelegationSet?.NameServers ?? []).map((server) => `${server.toUpperCase()}.`).reverse();
    };
    expect(await second()).toContain("affiliate.example is delegated to it.");
  });

  it("is told when it points elsewhere, is missing, or cannot be asked for", async () => {
    answerNs = () => Promise.resolve(["ns1.elsewhere.example"]);
    expect(await second()).toContain("affiliate.example is delegated elsewhere: ns1.elsewhere.example.");
    answerNs = () => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" }));
    expect((await bootstrap("--stack", "production")).stderr).toContain("is not delegated yet");
    answerNs = () => Promise.reject(Object.assign(new Error(), { code: "ETIMEOUT" }));
    const offline = await bootstrap("--stack", "production");
    expect(offline.stderr).toContain("could not be asked from here (ETIMEOUT)");
    expect(offline.code).toBe(0);
  });
});

it("starts as npm run bootstrap does, and says what it takes", () => {
  const repository = path.resolve(__dirname, "../..");
  const { status, stdout } = spawnSync("npm", ["run", "--silent", "bootstrap", "--", "--help"], { cwd: repository });
  expect(status).toBe(0);
  expect(stdout.toString()).toContain("npm run bootstrap -- --stack production --dry-run");
});
