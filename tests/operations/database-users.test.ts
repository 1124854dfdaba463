import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseUserNames } from "../../config/database-users";
import { createHandler } from "../../functions/database-users/handler";
import { connect, opens } from "../../functions/database-users/server";
import { exitCodes } from "../../operations/exit-codes";
import { type MariaDb, startMariaDb } from "../support/mariadb";
import { operatorWorld, PRODUCTION, YES } from "../support/operator-world";

const MASTER = { username: "master", password: "of-the-master" };
const { front, run } = operatorWorld();
let server: MariaDb;

beforeAll(async () => {
  server = await startMariaDb([
    `CREATE USER '${MASTER.username}'@'%' IDENTIFIED BY '${MASTER.password}'`,
    `GRANT ALL PRIVILEGES ON *.* TO '${MASTER.username}'@'%' WITH GRANT OPTION`,
    "CREATE DATABASE affiliate_production",
  ]);
}, 120_000);
afterAll(() => server?.stop());

/** Lambda's place is taken by its code, in this process: moto would need containers to run a function. */
function functionAnswers(secretOf: (name: string) => string): void {
  const place = { host: "localhost", port: server.port };
  const handler = createHandler(
    () => ({
      ...place,
      database: "affiliate_production",
      masterSecretArn: "master",
      secretArns: { app: "app", migration: "migration", dump: "dump", agent: "agent" },
    }),
    {
      secret: (arn) =>
        Promise.resolve(JSON.stringify(arn === "master" ? MASTER : { username: `of_${arn}`, password: secretOf(arn) })),
      connect: (_, credentials) => connect({ ...place, ca: server.ca }, credentials),
      opens: (_, credentials) => opens({ ...place, ca: server.ca }, credentials),
    },
  );
  front().write("affiliate-production-database-users/invocations", (asked) => handler(asked));
}

describe("database users", () => {
  it("shows what it would do and asks; makes the users; finds nothing to do the second time", async () => {
    functionAnswers((name) => `secret-of-${name}`);
    const dry = await run("database", "users", ...PRODUCTION, "--dry-run");
    expect(dry.code, dry.stderr).toBe(0);
    expect(dry.stderr).toMatch(/^app +of_app +planned +created, with TLS required; granted DELETE/m);
    expect(dry.stderr).toContain("Dry run: nothing was changed.");

    const refused = await run("database", "users", ...PRODUCTION);
    expect(refused.code).toBe(exitCodes.refused.code);

    const made = await run("database", "users", ...YES, "--json");
    expect(made.code, made.stderr).toBe(0);
    const { users } = JSON.parse(made.stdout) as { users: { user: string; result: string }[] };
    expect(users.map(({ user, result }) => [user, result])).toEqual(databaseUserNames.map((name) => [name, "changed"]));

    const again = await run("database", "users", ...PRODUCTION);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("Nothing to change.");
    expect(made.stdout + made.stderr + again.stderr).not.toContain("secret-of-");
  });

  it("fails when one of them failed, and says with which command to mend it", async () => {
    functionAnswers((name) => (name === "dump" ? "" : `secret-of-${name}`));
    const { code, stderr } = await run("database", "users", ...YES, "--only", "dump");
    expect(code).toBe(exitCodes.failed.code);
    expect(stderr).toContain("error: dump: the secret dump is not JSON with username and password");
    expect(stderr).toContain("npm run operations -- secrets set database-dump --stack production");
  });

  it("knows no other users, and a function that failed by what it said", async () => {
    const unknown = await run("database", "users", ...PRODUCTION, "--only", "root");
    expect(unknown).toMatchObject({ code: exitCodes.usage.code });
    expect(unknown.stderr).toContain("Users: app, migration, dump, agent");
    const absent = await run("database", "users", ...PRODUCTION, "--only", "app");
    expect(absent.code).toBe(exitCodes.refused.code);
    expect(absent.stderr).toContain("There is no function affiliate-production-database-users.");
  });
});
