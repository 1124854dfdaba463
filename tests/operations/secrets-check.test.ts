import { describe, expect, it } from "vitest";
import { SWITCHED_OFF } from "../../components/data/redis-access";
import { secretNames } from "../../config/secrets";
import { exitCodes } from "../../operations/exit-codes";
import { idOf, PRODUCTION, secretsWorld, userId } from "../support/secrets-world";

const { front, direct, run, set, afterUp, fillAll } = secretsWorld();

describe("secrets check", () => {
  it("before pulumi up: names every secret, who reads it, and what to do", async () => {
    const { code, stdout, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code).toBe(exitCodes.incomplete.code);
    expect(stdout).toMatch(
      /^database-app +no container +- +90 d +web, worker, scheduler, console, databaseUsers, operations$/m,
    );
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
    front().fail({ on: "GetSecretValue", times: 1, answer: { status: 400, body: denied } });
    const { code, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code).toBe(exitCodes.incomplete.code);
    expect(stderr).toContain("it cannot be read: AWS refused: User is not authorized");
    const expired = '{"__type":"ExpiredTokenException","message":"The security token is expired"}';
    front().fail({ on: "DescribeSecret", times: 99, answer: { status: 400, body: expired } });
    expect((await run("secrets", "check", ...PRODUCTION)).code).toBe(exitCodes.noAccess.code);
  });

  it("a Redis user that is off, or not there, keeps its secret from being ready", async () => {
    await afterUp();
    await fillAll();
    front().users.create(userId("app-cache"), SWITCHED_OFF);
    const { code, stdout, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code).toBe(exitCodes.incomplete.code);
    expect(stdout).toMatch(/^redis-app +user is off/m);
    expect(stderr).toContain("the Redis user affiliate-production-app-cache is switched off: set the secret again");
    expect((await set("redis-app")).code).toBe(0);
    expect((await run("secrets", "check", ...PRODUCTION)).code).toBe(0);
    front().users.clear();
    expect((await run("secrets", "check", ...PRODUCTION)).stderr).toContain("does not exist: run pulumi up");
  });

  it("not being allowed to look at Redis users is a warning", async () => {
    await afterUp();
    await fillAll();
    const denied =
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no DescribeUsers</Message></Error></ErrorResponse>";
    front().fail({ on: "DescribeUsers", times: 9, answer: { status: 403, body: denied } });
    const { code, stderr } = await run("secrets", "check", ...PRODUCTION);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      "warning: redis-app: its Redis users could not be looked at: AWS refused: no DescribeUsers",
    );
  });

  it("changes nothing", async () => {
    await afterUp();
    await run("secrets", "check", ...PRODUCTION);
    expect(front().changes()).toEqual([]);
  });
});
