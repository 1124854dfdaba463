import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  CreateBucketCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { dumpVariables } from "../../config/dump";
import { type Emulator, startEmulator } from "../support/aws-emulator";
import { buildEngine, type Ended, type Running, start } from "./engine";
import { MariaDbServer } from "./mariadb-server";

const run = promisify(execFile);

export const BUCKET = "backups";
export const CLONE_TIME = "2026-11-27T23:30:00+09:00";
/** In UTC, as keys are. */
export const FOLDER = "database/2026/11/27";
/** Whatever a shell, JSON or SQL could trip over, so that a leak shows in each of their spellings. */
export const CANARY = `canary-Zq7'"\\$x `;

/** A real database server, its clone, a real S3 API (moto's server) and the engine, for one test file. */
export class World {
  private constructor(
    readonly engine: string,
    readonly original: MariaDbServer,
    readonly clone: MariaDbServer,
    readonly emulator: Emulator,
    readonly s3: S3Client,
  ) {}

  static async make(): Promise<World> {
    const [engine, original, emulator] = await Promise.all([buildEngine(), MariaDbServer.start(), startEmulator()]);
    await original.sql(readFileSync(path.join(__dirname, "fixture.sql"), "utf8"), "");
    await original.sql(users(), "");
    const clone = await original.clone();
    const s3 = new S3Client({
      endpoint: emulator.endpoint,
      forcePathStyle: true,
      region: "ap-northeast-1",
      credentials: { accessKeyId: "testing", secretAccessKey: "testing" },
    });
    const CreateBucketConfiguration = { LocationConstraint: "ap-northeast-1" } as const;
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
    return new World(engine, original, clone, emulator, s3);
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    await Promise.all([this.original.stop(), this.clone.stop(), this.emulator.stop()]);
  }

  private environment(server: MariaDbServer, user: string): Record<string, string> {
    return {
      ...this.emulator.environment,
      [dumpVariables.environment]: "test",
      [dumpVariables.bucket]: BUCKET,
      [dumpVariables.cloneTime]: CLONE_TIME,
      [dumpVariables.host]: "localhost",
      [dumpVariables.port]: String(server.port),
      [dumpVariables.username]: user,
      [dumpVariables.password]: CANARY,
      [dumpVariables.certificateAuthorities]: server.caFile,
    };
  }

  /** Parts of 1 MiB, so that the few rows of a test are many parts. */
  startDump(id: string, args: readonly string[] = [], server = this.clone, user = "affiliate_dump"): Running {
    const common = ["dump", "--database", "source", "--id", id, "--part-mib", "1", "--progress", "1"];
    return start(this.engine, [...common, ...args], this.environment(server, user));
  }
  dump(id: string, args: readonly string[] = [], server = this.clone, user = "affiliate_dump"): Promise<Ended> {
    return this.startDump(id, args, server, user).ended;
  }

  startRestore(id: string, database: string, args: readonly string[] = []): Running {
    const common = ["restore", "--from", `s3://${BUCKET}/${FOLDER}/${id}`, "--database", database];
    return start(this.engine, [...common, ...args], this.environment(this.original, "restorer"));
  }
  restore(id: string, database: string, args: readonly string[] = []): Promise<Ended> {
    return this.startRestore(id, database, args).ended;
  }
  verify(id: string, args: readonly string[] = []): Promise<Ended> {
    const common = ["verify", "--from", `s3://${BUCKET}/${FOLDER}/${id}`];
    return start(this.engine, [...common, ...args], this.environment(this.original, "restorer")).ended;
  }

  async keys(id: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${FOLDER}/${id}/` }),
    );
    return Contents.map(({ Key = "" }) => Key);
  }
  /** Keys of the multipart uploads that were begun and neither finished nor given up. */
  async uploads(id: string): Promise<string[]> {
    const { Uploads = [] } = await this.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    return Uploads.map(({ Key = "" }) => Key).filter((key) => key.startsWith(`${FOLDER}/${id}/`));
  }
  async read(key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }
  async write(key: string, content: Buffer): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content }));
  }
  /** A second dump with the objects of the first, whose manifest says another place: only `edit` tells what is broken. */
  async part(id: string, table: string, index = 0): Promise<string> {
    const keys = (await this.keys(id)).filter((key) => key.includes("/data/") && key.includes(`-${table}/`));
    const key = keys[index];
    if (key === undefined) throw new Error(`${id} has ${keys.length} parts of ${table}`);
    return key;
  }
}

function users(): string {
  const password = `'${CANARY.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
  return `
    CREATE USER affiliate_dump@'%' IDENTIFIED BY ${password} REQUIRE SSL;
    GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON source.* TO affiliate_dump@'%';
    GRANT SELECT ON mysql.proc TO affiliate_dump@'%';
    CREATE USER narrow@'%' IDENTIFIED BY ${password} REQUIRE SSL;
    GRANT SELECT, SHOW VIEW ON source.* TO narrow@'%';
    CREATE USER restorer@'%' IDENTIFIED BY ${password} REQUIRE SSL;
    GRANT ALL ON *.* TO restorer@'%';`;
}

/** A database as another program sees it, MariaDB's own dump: definitions, rows one by one, what hangs on them. */
export async function portrait(server: MariaDbServer, database: string): Promise<string> {
  const options = ["--skip-comments", "--routines", "--triggers", "--events", "--hex-blob", "--skip-extended-insert"];
  const { stdout } = await run(
    "mariadb-dump",
    ["--no-defaults", `--socket=${server.socket}`, "-uroot", ...options, "--order-by-primary", database],
    { maxBuffer: 1 << 30 },
  );
  // What FLOAT columns hold beyond the six digits that a dump as text shows, and columns that are computed.
  const more = await server.sql(
    "SELECT id, f * 1e0, f2 * 1e0, d FROM numbers ORDER BY id; SELECT id, initial, shout FROM users ORDER BY id;",
    database,
  );
  return stdout.replaceAll(`\`${database}\``, "`the database`") + more;
}
