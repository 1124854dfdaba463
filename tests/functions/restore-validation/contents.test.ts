import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readContents } from "../../../functions/restore-validation/contents";
import { type MariaDb, startMariaDb } from "../../support/mariadb";

// A real MariaDB with TLS in the place of the restored Aurora.

const DATABASE = "affiliate_production";
const LOGIN = { username: "affiliate_dump", password: "of-the-test" };
let server: MariaDb;

beforeAll(async () => {
  server = await startMariaDb([
    `CREATE DATABASE ${DATABASE}`,
    `CREATE USER '${LOGIN.username}'@'%' IDENTIFIED BY '${LOGIN.password}' REQUIRE SSL`,
    `GRANT SELECT ON ${DATABASE}.* TO '${LOGIN.username}'@'%'`,
    `CREATE TABLE ${DATABASE}.clicks (id BIGINT PRIMARY KEY AUTO_INCREMENT, created_at TIMESTAMP NULL)`,
    `INSERT INTO ${DATABASE}.clicks (created_at) VALUES ('2026-11-28 00:00:00'), ('2026-11-29 06:59:00'), ('2026-11-29 06:58:00'), (NULL)`,
    `CREATE TABLE ${DATABASE}.\`of \`\`users\` (a INT, b INT, updated_at DATETIME(6), PRIMARY KEY (a, b))`,
    `CREATE TABLE ${DATABASE}.migrations (id INT PRIMARY KEY, migration VARCHAR(10))`,
    `INSERT INTO ${DATABASE}.migrations VALUES (1, 'x')`,
    `CREATE TABLE ${DATABASE}.without_key (created_at DATE)`,
    `CREATE VIEW ${DATABASE}.recent AS SELECT * FROM ${DATABASE}.clicks`,
  ]);
}, 120_000);
afterAll(() => server?.stop());

const place = () => ({ host: "localhost", port: server.port, database: DATABASE, ca: server.ca });

describe("readContents, of a real server", () => {
  it("counts each table, views left out, and finds the newest rows", async () => {
    const { tables } = await readContents(place(), [LOGIN], 60);
    expect(tables).toEqual([
      { name: "clicks", rows: 4, newest: new Date("2026-11-29T06:59:00Z") },
      { name: "migrations", rows: 1, newest: undefined },
      { name: "of `users", rows: 0, newest: undefined },
      { name: "without_key", rows: 0, newest: undefined },
    ]);
  });

  it("says which tables there was no time for", async () => {
    const { tables } = await readContents(place(), [LOGIN], 0);
    expect(tables.map(({ rows }) => rows)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("takes the login before when the backup is older than the last rotation", async () => {
    const { tables } = await readContents(place(), [{ ...LOGIN, password: "newer" }, LOGIN], 60);
    expect(tables).toHaveLength(4);
  });

  it("says the server's refusal when none of them opens it", async () => {
    await expect(readContents(place(), [{ ...LOGIN, password: "newer" }], 60)).rejects.toMatchObject({
      code: "ER_ACCESS_DENIED_ERROR",
      sqlState: "28000",
    });
  });

  it("does not talk to a server whose certificate it cannot trust", async () => {
    await expect(readContents({ ...place(), ca: [] }, [LOGIN], 60)).rejects.toThrow(/certificate|self.signed/);
  });

  it("says which database is missing, with a number of the server's", async () => {
    await expect(readContents({ ...place(), database: "other" }, [LOGIN], 60)).rejects.toMatchObject({
      sqlState: expect.stringMatching(/^42/) as string,
    });
  });
});
