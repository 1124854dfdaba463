import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redisUserKeys, redisUsers, redisUsersOf, SWITCHED_OFF } from "../../components/data/redis-access";
import { secretDefinition, type SecretName, secretNames } from "../../config/secrets";
import { exitCodes } from "../../operations/exit-codes";
import { verbs } from "../../operations/verbs";
import { type Emulator, startEmulator } from "../support/aws-emulator";
import { type Front, startFront } from "../support/aws-front";
import { runVerbs, stackFolder } from "../support/command-line";

const root = stackFolder();
const PRODUCTION = ["--stack", "production"] as const;
const YES = [...PRODUCTION, "--yes", "production"] as const;
let emulator: Emulator;
let front: Front;

beforeAll(async () => {
  emulator = await startEmulator();
  front = await startFront(emulator);
  Object.assign(process.env, front.environment);
}, 180_000);
afterAll(async () => {
  await front.stop();
  await emulator.stop();
});
beforeEach(() => front.reset());

const run = (...argv: string[]) => runVerbs(verbs, argv, root);
const pipe = (input: unknown, ...argv: string[]) => {
  return runVerbs(verbs, [...argv, "--from-stdin"], root, typeof input === "string" ? input : JSON.stringify(input));
};
const direct = () => new SecretsManager({ endpoint: emulator.endpoint, region: "ap-northeast-1" });
const idOf = (name: SecretName) => `affiliate/production/${name}`;
const userId = (key: string) => `affiliate-production-${key}`;

/** What `pulumi up` leaves: containers without values, Redis users switched off. */
async function afterUp(...names: readonly SecretName[]): Promise<void> {
  for (const name of names.length === 0 ? secretNames : names) await direct().createSecret({ Name: idOf(name) });
  for (const key of redisUserKeys) front.users.create(userId(key), SWITCHED_OFF);
}
async function valueOf(name: SecretName): Promise<Record<string, string>> {
  const { SecretString } = await direct().getSecretValue({ SecretId: idOf(name) });
  return JSON.parse(SecretString ?? "{}") as Record<string, string>;
}
/** A value of the right form for each key of the table that only a person knows. */
const ASKED = Object.fromEntries(
  secretNames.map((name) => [
    name,
    Object.fromEntries(
      Object.entries(secretDefinition(name).keys).flatMap(([key, source]) => {
        if (source.kind !== "asked") return [];
        const printable = fc.stringMatching(source.pattern).filter((text) => /^[!-~]{12,}$/.test(text));
        return fc.sample(printable, { numRuns: 1, seed: 7 }).map((text) => [key, text]);
      }),
    ),
  ]),
) as Record<SecretName, Record<string, string>>;
async function fillAll(): Promise<void> {
  for (const name of secretNames) {
    const words = ["secrets", "set", name, ...YES];
    const { code, stderr } = await (Object.keys(ASKED[name]).length > 0 ? pipe(ASKED[name], ...words) : run(...words));
    expect(code, stderr).toBe(0);
  }
}
const set = (name: SecretName, ...more: string[]) => run("secrets", "set", name, ...YES, ...more);

describe("secrets check", () => {
  it("before pulumi up: names every secret, who reads it, and what to do", async () => {
    const { code, stdout, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code).toBe(exitCodes.incomplete.code);
    expect(stdout).toMatch(/^database-app +no container +- +90 d +web, worker, scheduler, console, operations$/m);
    expect(stderr).toContain("error: app-key: its container does not exist: run pulumi up; read by web, worker");
    expect(stderr).toContain("warning: slack: its container does not exist");
  });

  it("after pulumi up: the commands that fill them", async () => {
    await afterUp();
    const { code, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code).toBe(exitCodes.incomplete.code);
    expect(stderr).toContain("error: redis-app: it has no value yet; read by web");
    expect(stderr).toContain("  npm run operations -- secrets set redis-app --stack production");
  });

  it("filled: everything is ready, as a table and as JSON", async () => {
    await afterUp();
    await fillAll();
    const table = await run("secrets", "check", ...PRODUCTION);
    expect(table.code, table.stderr).toBe(0);
    expect(table.stdout.match(/^\S+ +ready +0 d/gm)).toHaveLength(secretNames.length);
    expect(table.stderr).toBe("");
    const { code, stdout, stderr } = await run("secrets", "check", ...PRODUCTION, "--json");
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ stack: "production", accountId: "123456789012", ready: true });
  });

  it("only an optional one is missing: a warning, and the platform is ready", async () => {
    await afterUp();
    await fillAll();
    await direct().deleteSecret({ SecretId: idOf("slack"), ForceDeleteWithoutRecovery: true });
    const { code, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code).toBe(0);
    expect(stderr).toContain("(the platform runs without it)");
  });

  it("one key is missing, one secret is scheduled for deletion", async () => {
    await afterUp();
    await fillAll();
    await direct().putSecretValue({ SecretId: idOf("datadog"), SecretString: '{"api_key":"0"}' });
    await direct().deleteSecret({ SecretId: idOf("app-key") });
    const { code, stdout, stderr } = await run("secrets", "check", ...PRODUCTION, "--json");
    expect(code, stderr).toBe(exitCodes.incomplete.code);
    const { secrets } = JSON.parse(stdout) as { secrets: { name: string; state: string; missingKeys: string[] }[] };
    expect(secrets.find(({ name }) => name === "datadog")).toMatchObject({ missingKeys: ["app_key"] });
    expect(secrets.find(({ name }) => name === "app-key")).toMatchObject({ state: "deleted" });
  });

  it("one that may not be read is a finding; credentials that are not accepted are no finding", async () => {
    await afterUp();
    await fillAll();
    const denied = '{"__type":"AccessDeniedException","Message":"User is not authorized to perform: GetSecretValue"}';
    front.fail({ on: "GetSecretValue", times: 1, answer: { status: 400, body: denied } });
    const { code, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code).toBe(exitCodes.incomplete.code);
    expect(stderr).toContain("it cannot be read: AWS refused: User is not authorized");
    const expired = '{"__type":"ExpiredTokenException","message":"The security token is expired"}';
    front.fail({ on: "DescribeSecret", times: 99, answer: { status: 400, body: expired } });
    expect((await run("secrets", "check", ...PRODUCTION)).code).toBe(exitCodes.noAccess.code);
  });

  it("a Redis user that is off, or not there, keeps its secret from being ready", async () => {
    await afterUp();
    await fillAll();
    front.users.create(userId("app-cache"), SWITCHED_OFF);
    const { code, stdout, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code).toBe(exitCodes.incomplete.code);
    expect(stdout).toMatch(/^redis-app +user is off/m);
    expect(stderr).toContain("the Redis user affiliate-production-app-cache is switched off: set the secret again");
    expect((await set("redis-app")).code).toBe(0);
    expect((await run("secrets", "check", ...PRODUCTION)).code).toBe(0);
    front.users.clear();
    expect((await run("secrets", "check", ...PRODUCTION)).stderr).toContain("does not exist: run pulumi up");
  });

  it("not being allowed to look at Redis users is a warning", async () => {
    await afterUp();
    await fillAll();
    const denied =
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no DescribeUsers</Message></Error></ErrorResponse>";
    front.fail({ on: "DescribeUsers", times: 9, answer: { status: 403, body: denied } });
    const { code, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      "warning: redis-app: its Redis users could not be looked at: AWS refused: no DescribeUsers",
    );
  });

  it("changes nothing", async () => {
    await afterUp();
    await run("secrets", "check", ...PRODUCTION);
    expect(front.changes()).toEqual([]);
  });
});

describe("secrets set", () => {
  it("generates what nobody has to know", async () => {
    await afterUp();
    await set("database-app");
    expect(await valueOf("database-app")).toEqual({
      username: "affiliate_app",
      password: expect.stringMatching(/^[A-Za-z0-9]{48}$/) as string,
    });
    const { stderr } = await set("app-key");
    expect(stderr).toMatch(/^ {2}APP_KEY +generated$/m);
    expect(await valueOf("app-key")).toMatchObject({ APP_PREVIOUS_KEYS: "" });
  });

  it("the second time changes nothing and says so", async () => {
    await afterUp();
    await set("redis-app");
    const before = front.changes().length;
    const { code, stderr } = await set("redis-app");
    expect(code).toBe(0);
    expect(stderr).toContain("Nothing to change.");
    expect(front.changes()).toHaveLength(before);
  });

  it("--rotate keeps the old APP_KEY as the first of the previous ones", async () => {
    await afterUp();
    await set("app-key");
    const { APP_KEY } = await valueOf("app-key");
    const { stderr } = await set("app-key", "--rotate");
    const after = await valueOf("app-key");
    expect(after.APP_KEY).not.toBe(APP_KEY);
    expect(after.APP_PREVIOUS_KEYS).toBe(APP_KEY);
    expect(stderr).toContain("the old APP_KEY is its first");
    expect(stderr).toContain("A new deployment brings it to: web, worker, scheduler, migration, console.");
  });

  it("merges what is piped in with what is there, and with keys that others put there", async () => {
    await afterUp();
    await direct().putSecretValue({
      SecretId: idOf("datadog"),
      SecretString: JSON.stringify({ ...ASKED.datadog, site: "somebody else's" }),
    });
    const api_key = "f".repeat(32);
    const { code, stdout } = await pipe({ api_key }, "secrets", "set", "datadog", ...YES, "--json");
    expect(code).toBe(0);
    expect(await valueOf("datadog")).toEqual({ ...ASKED.datadog, api_key, site: "somebody else's" });
    expect(JSON.parse(stdout)).toEqual({
      stack: "production",
      name: "datadog",
      result: "written",
      keys: [
        { key: "api_key", action: "given" },
        { key: "app_key", action: "kept" },
        { key: "site", action: "kept", note: "not in the table" },
      ],
    });
  });

  it("says of a database user that the database does not know the password yet", async () => {
    await afterUp();
    expect((await set("database-migration")).stderr).toContain("This wrote the secret only.");
    const { stderr } = await set("database-migration", "--rotate");
    expect(stderr).toContain("until then, a task that starts with the new password is refused");
  });

  describe("refuses, and changes nothing:", () => {
    it.each<[string, string[], unknown, keyof typeof exitCodes, string]>([
      ["a secret that is not in the table", ["mailgun", ...YES], undefined, "usage", "Secrets: app-key, database-app"],
      ["a wrong --yes", ["slack", ...PRODUCTION, "--yes", "staging"], ASKED.slack, "refused", 'names "staging"'],
      ["no --yes and nobody to ask", ["app-key", ...PRODUCTION], undefined, "refused", "Add --yes production"],
      ["--from-stdin without --yes", ["slack", ...PRODUCTION], ASKED.slack, "usage", "nobody can be asked"],
      ["a value nobody gave", ["datadog", ...YES], undefined, "refused", "datadog needs a value for api_key, app_key"],
      ["half of the values", ["datadog", ...YES], { api_key: "0".repeat(32) }, "refused", "needs a value for app_key"],
      ["a value of the wrong form", ["slack", ...YES], { webhook_url: "x".repeat(9) }, "usage", "does not look like"],
      ["an unknown key", ["slack", ...YES], { hook: "x".repeat(9) }, "usage", "1 key that slack does not have"],
      ["a number", ["slack", ...YES], { webhook_url: 5 }, "usage", "webhook_url is not a text"],
      ["what is no JSON", ["slack", ...YES], "hunter2-hunter2", "usage", "not a JSON object"],
      ["--finish-rotation of no Redis user", ["slack", ...YES, "--finish-rotation"], undefined, "usage", "redis-app"],
      ["two wishes", ["redis-app", ...YES, "--finish-rotation", "--rotate"], undefined, "usage", "leave --rotate"],
      [
        "finishing what never began",
        ["redis-app", ...YES, "--finish-rotation"],
        undefined,
        "refused",
        "no password yet",
      ],
    ])("%s", async (_case, argv, input, reason, says) => {
      await afterUp();
      const words = ["secrets", "set", ...argv];
      const { code, stderr } = input === undefined ? await run(...words) : await pipe(input, ...words);
      expect(stderr).toContain(says);
      expect(code).toBe(exitCodes[reason].code);
      expect(front.changes()).toEqual([]);
    });

    it("a container that is not there, one that is being deleted, one that holds something else", async () => {
      const absent = await set("app-key");
      expect(absent).toMatchObject({ code: exitCodes.refused.code });
      expect(absent.stderr).toContain("The program makes it: pulumi up --stack production");
      await afterUp();
      await direct().putSecretValue({ SecretId: idOf("app-key"), SecretString: "plain-canary-text" });
      const plain = await set("app-key");
      expect(plain.stderr).toContain("is not a JSON object of texts");
      expect(plain.stderr).not.toContain("plain-canary-text");
      await direct().deleteSecret({ SecretId: idOf("app-key") });
      expect((await set("app-key")).stderr).toContain("is scheduled for deletion");
      expect(front.changes()).toEqual([]);
    });

    it("another account's credentials", async () => {
      const { code } = await run("secrets", "set", "app-key", "--stack", "elsewhere", "--yes", "elsewhere");
      expect(code).toBe(exitCodes.refused.code);
      expect(front.calls.filter((call) => call.name.includes("Secret"))).toEqual([]);
    });

    it("what somebody else has written since", async () => {
      await afterUp();
      await direct().putSecretValue({ SecretId: idOf("datadog"), SecretString: JSON.stringify(ASKED.datadog) });
      let reads = 0;
      front.before("GetSecretValue", async () => {
        reads += 1;
        if (reads === 2) {
          await direct().putSecretValue({ SecretId: idOf("datadog"), SecretString: '{"api_key":"theirs"}' });
        }
      });
      const { code, stderr } = await pipe({ api_key: "e".repeat(32) }, "secrets", "set", "datadog", ...YES);
      expect(stderr).toContain("Somebody else wrote");
      expect(code).toBe(exitCodes.refused.code);
      expect(await valueOf("datadog")).toEqual({ api_key: "theirs" });
    });
  });

  it.each(secretNames)("--dry-run of %s changes nothing and asks for nothing", async (name) => {
    await afterUp();
    const { code, stderr } = await run("secrets", "set", name, ...PRODUCTION, "--dry-run", "--rotate");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("Dry run: nothing was changed.");
    for (const key of Object.keys(secretDefinition(name).keys)) expect(stderr).toContain(key);
    expect(front.changes()).toEqual([]);
  });
});

describe("Redis users", () => {
  it("are switched on with the table's access before the secret can be read", async () => {
    await afterUp();
    const { code, stderr } = await set("redis-app");
    expect(code, stderr).toBe(0);
    const { password } = await valueOf("redis-app");
    for (const key of redisUsersOf("redis-app")) {
      const { accessString } = redisUsers[key];
      expect(front.users.get(userId(key))).toMatchObject({ accessString, passwords: [password] });
    }
    expect(front.changes()).toEqual(["ModifyUser", "ModifyUser", "secretsmanager.PutSecretValue"]);
    expect(front.users.get(userId("metrics"))).toMatchObject({ accessString: SWITCHED_OFF, passwords: [] });
  });

  it("have both passwords during a rotation, and one after it", async () => {
    await afterUp();
    await set("redis-metrics");
    const { password: old } = await valueOf("redis-metrics");
    const { stderr } = await set("redis-metrics", "--rotate");
    const { password: fresh } = await valueOf("redis-metrics");
    expect(fresh).not.toBe(old);
    expect(front.users.get(userId("metrics"))?.passwords).toEqual([fresh, old]);
    expect(stderr).toContain("secrets set redis-metrics --stack production --finish-rotation");

    const early = await set("redis-metrics", "--rotate");
    expect(early.code).toBe(exitCodes.refused.code);
    expect(early.stderr).toContain("an earlier rotation is not finished");

    expect((await set("redis-metrics", "--finish-rotation")).code).toBe(0);
    expect(front.users.get(userId("metrics"))?.passwords).toEqual([fresh]);
    expect(await valueOf("redis-metrics")).toMatchObject({ password: fresh });
  });

  it("that are not there: says to run pulumi up, and writes nothing", async () => {
    await direct().createSecret({ Name: idOf("redis-app") });
    const { code, stderr } = await set("redis-app");
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("The Redis user affiliate-production-app-");
    expect(front.changes()).toEqual([]);
  });

  it("a run cut off between user and secret is repaired by the next", async () => {
    await afterUp();
    const failed = '{"__type":"InvalidRequestException","Message":"no"}';
    front.fail({ on: "PutSecretValue", times: 1, answer: { status: 400, body: failed } });
    expect((await set("redis-app")).code).toBe(exitCodes.failed.code);
    expect((await set("redis-app")).code).toBe(0);
    const { password } = await valueOf("redis-app");
    for (const key of redisUsersOf("redis-app")) {
      expect(front.users.get(userId(key))?.passwords).toEqual([password]);
    }
  });

  it("made anew under a secret that has a value: switched on with it", async () => {
    await afterUp();
    await set("redis-metrics");
    front.users.create(userId("metrics"), SWITCHED_OFF);
    const { code, stderr } = await set("redis-metrics");
    expect(code, stderr).toBe(0);
    const { password } = await valueOf("redis-metrics");
    expect(front.users.get(userId("metrics"))?.passwords).toEqual([password]);
  });
});

describe("no secret value is ever printed", () => {
  const CANARIES = {
    "app-key": { APP_KEY: `base64:${Buffer.alloc(32, "canary").toString("base64")}` },
    "redis-app": { password: "canaryCanaryCanary9&<1" },
    "database-app": { password: "canaryCanaryCanary2" },
    datadog: { api_key: "cafe".repeat(8), app_key: "beef".repeat(10) },
    slack: { webhook_url: "https://hooks.slack.com/services/T1/B1/canaryCanary3" },
  } satisfies Partial<Record<SecretName, Record<string, string>>>;
  const values = Object.values(CANARIES).flatMap((keys): string[] => Object.values(keys));
  const forms = values.flatMap((value) => [value, encodeURIComponent(value), Buffer.from(value).toString("base64")]);

  /** An error that quotes the whole request, as no service should. */
  const quoting = (on: string, quoted: string) => ({
    on,
    times: 9,
    answer: {
      status: 400,
      body: on.startsWith("Modify")
        ? `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameterValue</Code>` +
          `<Message>bad ${quoted.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</Message></Error></ErrorResponse>`
        : JSON.stringify({ __type: "ValidationException", Message: `Value '${quoted}' failed` }),
    },
  });

  it("by any command, of any secret, in any ending", async () => {
    await afterUp();
    const outputs: string[] = [];
    const keep = async (ran: Promise<{ stdout: string; stderr: string }>) => {
      const { stdout, stderr } = await ran;
      outputs.push(stdout, stderr);
    };
    for (const [name, given] of Object.entries(CANARIES)) {
      const words = ["secrets", "set", name, ...PRODUCTION];
      const [first = ""] = Object.values<string>(given);
      await keep(pipe(given, ...words, "--dry-run", "--json"));
      await keep(pipe({ ...given, [first]: first }, ...words, "--yes", "production"));
      await keep(pipe(`${JSON.stringify(given)}}`, ...words, "--yes", "production"));
      await keep(pipe(first, ...words, "--yes", "production"));
      front.fail(quoting("PutSecretValue", first));
      if (name === "redis-app") front.fail(quoting("ModifyUser", first));
      await keep(pipe(given, ...words, "--yes", "production"));
      front.heal();
      await keep(pipe(given, ...words, "--yes", "production", "--json"));
      await keep(run(...words, "--rotate", "--yes", "production"));
      await keep(run(...words, "--dry-run"));
      await keep(pipe(given, ...words, "--yes", "production"));
    }
    await keep(run("secrets", "check", ...PRODUCTION));
    await keep(run("secrets", "check", ...PRODUCTION, "--json"));

    const all = outputs.join("\n");
    expect(all).toContain("Wrote a new version of affiliate/production/slack.");
    expect(all).toContain("[secret]"); // the quoting errors were shown, without what they quote
    for (const form of forms) expect(all).not.toContain(form);
    for (const name of secretNames) {
      const held = await valueOf(name).catch(() => ({}));
      for (const [key, value] of Object.entries<string>(held)) {
        if (key !== "username" && value !== "") expect(all).not.toContain(value);
      }
    }
  });
});
