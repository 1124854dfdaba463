// `npm run bench:backup`: the dump's engine beside what the runbook does, on one server, one after the other in one run.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { dumpVariables } from "../../config/dump";
import { buildEngine } from "../../tests/backup/engine";
import { MariaDbServer } from "../../tests/backup/mariadb-server";
import { startEmulator } from "../../tests/support/aws-emulator";
import { median } from "../median";
import { DATABASE, generate } from "./generate";
import { measure, type Usage } from "./measure";

const run = promisify(execFile);
const USAGE = `usage: npm run bench:backup -- [--mib 1024] [--rounds 1]
  --mib N      size of the database's rows, a whole number from 16 on (default 1024)
  --rounds N   how often each is run, in turns; the table shows medians (default 1)`;

const { values } = parseArgs({
  options: {
    mib: { type: "string", default: "1024" },
    rounds: { type: "string", default: "1" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const mib = Number(values.mib);
const rounds = Number(values.rounds);
if (values.help || !Number.isInteger(mib) || mib < 16 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

/** What is compared: `base` is what the others of its way are compared with. */
interface Way {
  readonly title: string;
  readonly base: number;
  readonly run: (round: number) => Promise<Usage>;
  /** What it leaves on the disk beside the database. */
  readonly diskMiB: () => number;
}

const say = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

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

    const plain = join(folder, "dump.sql");
    const bash = (command: string) => measure(server, ["bash", "-euo", "pipefail", "-c", command], {});
    const restore = async (database: string, infile: 0 | 1, round: number) => {
      await server.sql(`SET GLOBAL local_infile = ${infile}`, "");
      const id = ["--from", `s3://backups/database/2026/11/27/round-${round}`];
      const usage = await measure(server, [binary, "restore", ...id, "--database", database], env);
      await server.sql(`DROP DATABASE ${database}`, "");
      return usage;
    };
    const none = () => 0;
    const ways: Way[] = [
      {
        title: "runbook: mysqldump, gzip",
        base: 0,
        run: () => bash(`mariadb-dump ${client} ${flags} ${DATABASE} | gzip > ${packed}`),
        diskMiB: () => statSync(packed).size / 2 ** 20,
      },
      {
        title: "engine: dump",
        base: 0,
        run: (round) => {
          const place = ["--bucket", "backups", "--id", `round-${round}`, "--clone-time", "2026-11-27T00:00:00Z"];
          return measure(server, [binary, "dump", "--database", DATABASE, "--environment", "bench", ...place], env);
        },
        diskMiB: none,
      },
      {
        title: "runbook: gunzip, mysql",
        base: 2,
        run: async () => {
          await server.sql("CREATE DATABASE runbook", "");
          const usage = await bash(`gunzip --keep --force ${packed} && mariadb ${client} runbook < ${plain}`);
          await server.sql("DROP DATABASE runbook", "");
          return usage;
        },
        diskMiB: () => statSync(plain).size / 2 ** 20,
      },
      {
        title: "engine: restore by LOAD DATA, every row compared",
        base: 2,
        run: (round) => restore("loaded", 1, round),
        diskMiB: none,
      },
      {
        title: "engine: the same by INSERT, as on our clusters",
        base: 2,
        run: (round) => restore("inserted", 0, round),
        diskMiB: none,
      },
    ];
    const load = [loadavg()[0] ?? 0];
    const measured: Usage[][] = ways.map(() => []);
    for (let round = 1; round <= rounds; round += 1) {
      for (const [index, way] of ways.entries()) {
        say(`round ${round} of ${rounds}, ${way.title}`);
        measured[index]?.push(await way.run(round));
        load.push(loadavg()[0] ?? 0);
      }
    }
    const { stdout: version } = await run("mariadbd", ["--version"]);
    const table = [
      "| | seconds | times faster | processor seconds, server included | times less | peak MiB of a client | MiB on the disk |",
      "|---|---:|---:|---:|---:|---:|---:|",
      ...rows(ways, measured),
      "",
      `${size} of rows and indexes; ${rounds === 1 ? "one run each" : `medians of ${rounds} runs each, in turns`}; ` +
        `${cpus().length} processors (${cpus()[0]?.model ?? "unknown"}), load average ${Math.min(...load).toFixed(1)} to ${Math.max(...load).toFixed(1)}; ` +
        `${version.trim()}; S3 is moto's server on the same machine; \`npm run bench:backup -- --mib ${mib} --rounds ${rounds}\`.`,
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

function rows(ways: readonly Way[], measured: readonly (readonly Usage[])[]): string[] {
  const of = (index: number, key: keyof Usage) => median((measured[index] ?? []).map((usage) => usage[key]));
  return ways.map(({ title, base, diskMiB }, index) => {
    const cells = (["seconds", "cpuSeconds"] as const).flatMap((key) => [
      of(index, key).toFixed(1),
      (of(base, key) / of(index, key)).toFixed(1),
    ]);
    return `| ${[title, ...cells, of(index, "peakMiB").toFixed(0), diskMiB().toFixed(0)].join(" | ")} |`;
  });
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
