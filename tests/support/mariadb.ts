import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort, makeCertificates } from "./local-server";

/** A real MariaDB on the loopback, with TLS only, a certificate authority of its own and empty of data. */
export interface MariaDb {
  readonly port: number;
  readonly ca: string;
  stop(): Promise<void>;
}

const DAEMON = "/usr/sbin/mariadbd";

/**
 * @param statements SQL run as the server's root before anybody connects: users, databases.
 * @param names that the server's certificate is for. @default localhost
 */
export async function startMariaDb(statements: readonly string[], names?: string): Promise<MariaDb> {
  if (!existsSync(DAEMON)) {
    throw new Error(`${DAEMON} is missing. Debian and Ubuntu have it in the package mariadb-server (.ci/packages).`);
  }
  const folder = mkdtempSync(join(tmpdir(), "mariadb-"));
  const file = (name: string) => join(folder, name);
  makeCertificates(file, names);
  const data = `--datadir=${file("data")}`;
  // As whoever runs the tests: as root the daemon asks to be told so.
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  execFileSync(
    "mariadb-install-db",
    ["--no-defaults", data, "--skip-test-db", "--auth-root-authentication-method=normal", ...user],
    { stdio: "pipe" },
  );
  writeFileSync(file("init.sql"), statements.map((statement) => `${statement};\n`).join(""));

  const port = await freePort();
  const child = spawn(
    DAEMON,
    [
      "--no-defaults",
      data,
      ...user,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${file("socket")}`,
      `--pid-file=${file("pid")}`,
      `--init-file=${file("init.sql")}`,
      `--ssl-ca=${file("ca.crt")}`,
      `--ssl-cert=${file("server.crt")}`,
      `--ssl-key=${file("server.key")}`,
      "--require-secure-transport=ON",
      "--innodb-buffer-pool-size=16M",
      "--innodb-log-file-size=8M",
      "--performance-schema=ON",
      "--skip-name-resolve",
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const read = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const ended = exited.then((code) => {
    throw new Error(`mariadbd ended with ${code}:\n${output}`);
  });
  const ready = async () => {
    while (!output.includes("ready for connections")) await setTimeout(50);
  };
  await Promise.race([ready(), ended]);
  ended.catch(() => undefined);
  return {
    port,
    ca: readFileSync(file("ca.crt"), "utf8"),
    stop: async () => {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
