import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { INSPECTION } from "../../../operations/drill/inspect";
import { temporaryFolder } from "../../support/command-line";
import { type MariaDb, startMariaDb } from "../../support/mariadb";

const run = promisify(execFile);
const PASSWORD = "canary-inspection-7Hq";
const folder = temporaryFolder("inspection-");
const AUTHORITY = path.join(folder, "ca.crt");
let server: MariaDb;

beforeAll(async () => {
  server = await startMariaDb(
    [
      "CREATE DATABASE affiliate",
      "CREATE DATABASE hollow",
      `CREATE USER 'app'@'%' IDENTIFIED BY '${PASSWORD}' REQUIRE SSL`,
      "GRANT SELECT, INSERT, UPDATE, DELETE ON affiliate.* TO 'app'@'%'",
      "GRANT SELECT ON hollow.* TO 'app'@'%'",
      "USE affiliate",
      "CREATE TABLE migrations (id INT PRIMARY KEY AUTO_INCREMENT, migration VARCHAR(255))",
      "INSERT INTO migrations (migration) VALUES ('a'), ('b')",
      "CREATE TABLE clicks (id BIGINT PRIMARY KEY, created_at TIMESTAMP NULL)",
      "SET time_zone = '+00:00'",
      "INSERT INTO clicks VALUES (1, '2026-11-27 01:00:00'), (2, '2026-11-27 01:40:00')",
      "CREATE TABLE `odd``name` (id INT PRIMARY KEY, created_at DATETIME)",
      "CREATE VIEW seen AS SELECT * FROM clicks",
      // PHP takes "localhost" for a socket.
    ],
    "IP:127.0.0.1",
  );
  writeFileSync(AUTHORITY, server.ca);
}, 60_000);
afterAll(() => server.stop());

/** As the console's container gives it; Debian's PHP in the place of the image's. */
async function inspect(more: Record<string, string> = {}) {
  const env = {
    ...{
      PATH: process.env.PATH ?? "",
      DRILL_HOST: "127.0.0.1",
      DB_PORT: String(server.port),
      DB_DATABASE: "affiliate",
    },
    ...{ DB_USERNAME: "app", DB_PASSWORD: PASSWORD, MYSQL_ATTR_SSL_CA: AUTHORITY, ...more },
  };
  const { stdout, stderr } = await run("php", ["-r", INSPECTION], { env }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  expect(stdout + stderr).not.toContain(PASSWORD);
  return JSON.parse(stdout.replace(/^affiliate-drill /, "")) as Record<string, unknown>;
}

it("counts tables and rows of a real server, over verified TLS, and finds the newest row", async () => {
  const newest = Date.parse("2026-11-27T01:40:00Z") / 1000;
  expect(await inspect()).toEqual({ tables: 3, rows: 4, estimated: 0, migrations: 2, newest });
  expect(await inspect({ DB_DATABASE: "hollow" })).toEqual({
    tables: 0,
    rows: 0,
    estimated: 0,
    migrations: 0,
    newest: null,
  });
});

it("says why it could not, and never with which password", async () => {
  expect((await inspect({ DB_USERNAME: "nobody" }))["fault"]).toContain("Access denied");
  expect((await inspect({ DRILL_HOST: "localhost.invalid" }))["fault"]).toContain("SQLSTATE[HY000] [2002]");
});

it("trusts no other authority", async () => {
  expect((await inspect({ MYSQL_ATTR_SSL_CA: "/etc/ssl/certs/ca-certificates.crt" }))["fault"]).toMatch(
    /SQLSTATE\[HY000\]/,
  );
});
