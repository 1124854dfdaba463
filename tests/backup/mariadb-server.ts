import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort, makeCertificates } from "../support/local-server";

const run = promisify(execFile);

/** A real MariaDB server (Debian's package) on the loopback, with a certificate of its own. */
export class MariaDbServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /** Certificate authority that signed the server's certificate, for the host `localhost`. */
  get caFile(): string {
    return join(this.folder, "ca.crt");
  }
  get socket(): string {
    return join(this.folder, "socket");
  }

  /** Of the server's process. */
  get pid(): number {
    if (this.child?.pid === undefined) throw new Error("the server does not run");
    return this.child.pid;
  }

  /** @param settings Further options of the server, such as `--local-infile=0`. */
  static async start(settings: readonly string[] = []): Promise<MariaDbServer> {
    const folder = mkdtempSync(join(tmpdir(), "mariadb-"));
    makeCertificates((name) => join(folder, name));
    const data = join(folder, "data");
    await run("mariadb-install-db", [
      ...["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"],
      ...asRoot(),
    ]).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? new Error(NOT_INSTALLED) : error;
    });
    const server = new MariaDbServer(folder, await freePort(), settings);
    await server.up();
    return server;
  }

  /**
   * A second server on a copy of this one's files, as Aurora's copy-on-write clone is of the cluster's volume. Unlike the
   * clone it stops the original for the copy, a second or so: only then are files of a live InnoDB a consistent state.
   */
  async clone(): Promise<MariaDbServer> {
    await this.down();
    const folder = mkdtempSync(join(tmpdir(), "mariadb-clone-"));
    cpSync(this.folder, folder, { recursive: true, filter: (file) => !file.endsWith("/socket") });
    const clone = new MariaDbServer(folder, await freePort(), [...this.settings, "--event-scheduler=OFF"]);
    await Promise.all([this.up(), clone.up()]);
    return clone;
  }

  /** Runs statements as root through the server's own client and returns what it prints: no header, tabs between. */
  async sql(statements: string, database = "source"): Promise<string> {
    const options = ["--no-defaults", `--socket=${this.socket}`, "-uroot", "--default-character-set=utf8mb4"];
    const client = run("mariadb", [...options, "--batch", "--skip-column-names"], { maxBuffer: 1 << 30 });
    client.child.stdin?.end(database === "" ? statements : `USE ${database};\n${statements}`);
    return (await client).stdout;
  }

  private async up(): Promise<void> {
    const log = join(this.folder, "log.err");
    this.child = spawn(
      "mariadbd",
      [
        ...["--no-defaults", `--datadir=${join(this.folder, "data")}`, `--socket=${this.socket}`, ...asRoot()],
        ...[`--port=${this.port}`, "--bind-address=127.0.0.1", `--log-error=${log}`, "--skip-name-resolve=0"],
        ...[`--ssl-cert=${join(this.folder, "server.crt")}`, `--ssl-key=${join(this.folder, "server.key")}`],
        ...[`--ssl-ca=${this.caFile}`, "--character-set-server=utf8mb4", "--max-allowed-packet=64M"],
        ...["--innodb-buffer-pool-size=64M", ...this.settings],
      ],
      { stdio: "ignore" },
    );
    // Nothing is left behind by a test run that is killed half-way.
    const { child } = this;
    process.once("exit", () => child.kill("SIGKILL"));
    for (let tries = 0; ; tries += 1) {
      if (child.exitCode !== null || tries > 300) {
        throw new Error(`mariadbd did not start:\n${existsSync(log) ? readFileSync(log, "utf8") : ""}`);
      }
      if (existsSync(this.socket)) {
        const answers = await this.sql("SELECT 1", "").then(
          () => true,
          () => false,
        );
        if (answers) return;
      }
      await sleep(100);
    }
  }

  private async down(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await exited;
  }

  async stop(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const NOT_INSTALLED =
  "mariadb-install-db is not on PATH. Debian and Ubuntu have it in the package mariadb-server (.ci/packages).";

/** The server refuses to run as root unless it is told to. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}
