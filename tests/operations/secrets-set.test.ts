import { describe, expect, it } from "vitest";
import { secretDefinition, secretNames } from "../../config/secrets";
import { exitCodes } from "../../operations/exit-codes";
import { ASKED, idOf, PRODUCTION, secretsWorld, YES } from "../support/secrets-world";

const { front, direct, run, pipe, set, afterUp, valueOf } = secretsWorld();

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
    const before = front().changes().length;
    const { code, stderr } = await set("redis-app");
    expect(code).toBe(0);
    expect(stderr).toContain("Nothing to change.");
    expect(front().changes()).toHaveLength(before);
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
      expect(front().changes()).toEqual([]);
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
      expect(front().changes()).toEqual([]);
    });

    it("another account's credentials", async () => {
      const { code } = await run("secrets", "set", "app-key", "--stack", "elsewhere", "--yes", "elsewhere");
      expect(code).toBe(exitCodes.refused.code);
      expect(front().calls.filter((call) => call.name.includes("Secret"))).toEqual([]);
    });

    it("what somebody else has written since", async () => {
      await afterUp();
      await direct().putSecretValue({ SecretId: idOf("datadog"), SecretString: JSON.stringify(ASKED.datadog) });
      let reads = 0;
      front().before("GetSecretValue", async () => {
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
    expect(front().changes()).toEqual([]);
  });
});
