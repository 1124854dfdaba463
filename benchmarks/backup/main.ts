// `npm run bench:backup`: the dump's engine beside what the runbook does, on one server, one after the other in one run.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { dumpVariables } from "../../config/dump";
import { buildEngine, start } from "../../tests/backup/engine";
import { MariaDbServer } from "../../tests/backup/mariadb-server";
import { startEmulator } from "../../tests/support/aws-emulator";
import { DATABASE, generate } from "./generate";

const run = promisify(execFile);
const USAGE = `usage: npm run bench:backup -- [--mib 1024]
  --mib N   size of the database's rows, a whole number from 16 on (default 1024)`;

const { values } = parseArgs({
  options: { mib: { type: "string", default: "1024" }, help: { type: "boolean", short: "h", default: false } },
});
const mib = Number(values.mib);
if (values.help || !Number.isInteger(mib) || mib < 16) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

interface Measured {
  readonly title: string;
  readonly seconds: number;
  /** Most memory that one process of it held. */
  readonly peakMiB: number;
  readonly diskMiB: number;
}

const say = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

/** A command line of the runbook, in bash as there; GNU time would be one more package, so bash's children are asked. */
async function shell(title: string, command: string, file: string): Promise<Measured> {
  say(title);
  const started = process.hrtime.bigint();
  const peakKiB = await new Promise<number>((resolve, reject) => {
    const program = `import resource, subprocess, sys; code = subprocess.call(["bash", "-euo", "pipefail", "-c", sys.argv[1]]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)`;
    const child = spawn("python3", ["-c", program, command], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve(Number(output)) : reject(new Error(`${title}: exit ${code}`))));
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { title, seconds, peakMiB: peakKiB / 1024, diskMiB: statSync(file).size / 2 ** 20 };
}

async function engine(title: string, binary: string, args: string[], env: Record<string, string>): Promise<Measured> {
  say(title);
  const started = process.hrtime.bigint();
  const { code, output, lines } = await start(binary, args, env).ended;
  if (code !== 0) throw new Error(`${title}: exit ${code}\n${output}`);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const peakMiB = Math.max(...lines.map((line) => Number(line.peakMiB ?? 0)));
  return { title, seconds, peakMiB, diskMiB: 0 };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-backup-"));
  say("the engine, a server and an S3 API start");
  const [binary, server, emulator] = await Promise.all([
    buildEngine(),
    MariaDbServer.start(["--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M", "--local-infile=1"]),
    startEmulator(),
  ]);
  try {
    await server.sql("CREATE USER bench@localhost IDENTIFIED BY 'bench'; GRANT ALL ON *.* TO bench@localhost", "");
    say(`rows for ${mib} MiB`);
    const size = await generate(server, mib);
    const s3 = new S3Client({
      ...{ endpoint: emulator.endpoint, forcePathStyle: true, region: "us-east-1" },
      credentials: { accessKeyId: "testing", secretAccessKey: "testing" },
    });
    await s3.send(new CreateBucketCommand({ Bucket: "backups" }));
    s3.destroy();
    const env = {
      ...emulator.environment,
      [dumpVariables.host]: server.socket,
      [dumpVariables.username]: "bench",
      [dumpVariables.password]: "bench",
    };
    const credentials = join(folder, "client.cnf");
    writeFileSync(credentials, `[client]\nsocket=${server.socket}\nuser=bench\npassword=bench\n`, { mode: 0o600 });
    const client = `--defaults-file=${credentials}`;
    const packed = join(folder, "dump.sql.gz");
    const flags = "--single-transaction --quick --lock-tables=false --routines --triggers --events";
    const place = ["--bucket", "backups", "--id", "bench", "--clone-time", "2026-11-27T00:00:00Z"];
    const from = ["--from", "s3://backups/database/2026/11/27/bench"];

    const dumps = [
      await shell("runbook: mysqldump, gzip", `mariadb-dump ${client} ${flags} ${DATABASE} | gzip > ${packed}`, packed),
      await engine("engine: dump", binary, ["dump", "--database", DATABASE, "--environment", "bench", ...place], env),
    ];
    const restores: Measured[] = [];
    await server.sql("CREATE DATABASE runbook", "");
    const plain = join(folder, "dump.sql");
    restores.push(
      await shell("runbook: gunzip, mysql", `gunzip --keep ${packed} && mariadb ${client} runbook < ${plain}`, plain),
    );
    rmSync(plain);
    await server.sql("DROP DATABASE runbook", "");
    restores.push(
      await engine("engine: restore, every row compared", binary, ["restore", ...from, "--database", "loaded"], env),
    );
    await server.sql("DROP DATABASE loaded; SET GLOBAL local_infile = 0", "");
    restores.push(
      await engine(
        "engine: the same where LOAD DATA is forbidden",
        binary,
        ["restore", ...from, "--database", "inserted"],
        env,
      ),
    );
    const { stdout: version } = await run("mariadbd", ["--version"]);
    const table = [
      "| | seconds | times faster | peak MiB of a client | MiB on the disk |",
      "|---|---:|---:|---:|---:|",
      ...rows(dumps),
      ...rows(restores),
      "",
      `${size} of rows and indexes; one run each; ${cpus().length} processors (${cpus()[0]?.model ?? "unknown"}); ${version.trim()}; S3 is moto's server on the same machine; \`npm run bench:backup -- --mib ${mib}\`.`,
    ].join("\n");
    console.log(table);
    const target = join(__dirname, "..", "..", ".cache", "bench");
    await mkdir(target, { recursive: true });
    await writeFile(join(target, "backup.md"), `${table}\n`);
  } finally {
    await Promise.all([server.stop(), emulator.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first one is what the others are compared with. */
function rows(measured: readonly Measured[]): string[] {
  const base = measured[0]?.seconds ?? NaN;
  return measured.map(({ title, seconds, peakMiB, diskMiB }) => {
    const cells = [seconds.toFixed(1), (base / seconds).toFixed(1), peakMiB.toFixed(0), diskMiB.toFixed(0)];
    return `| ${title} | ${cells.join(" | ")} |`;
  });
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
