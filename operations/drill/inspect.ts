import { z } from "zod";
import type { Targets } from "../../config/targets";
import { containers } from "../../config/vocabulary";
import { consoleRevision } from "../console/task";
import { runOnce } from "../console/once";
import { Failure } from "../failure";
import { pause } from "../invoke";
import { runningRelease } from "../released";
import type { Context } from "../verb";

/** Tables that are estimated to have more rows are not counted: that would take longer than the restore. */
const COUNTED_ROWS = 5_000_000;
const MARK = "affiliate-drill ";
/** Lines of a log may come later than the task's end, in seconds. */
const LOG_PATIENCE = 60;

/**
 * Runs in the application's image, with the application's own user, whose password ECS gives it: none passes through here.
 * The certificate is verified. What it finds is one line of its log.
 */
export const INSPECTION = `
try {
  $db = new PDO(
    "mysql:host=".getenv("DRILL_HOST").";port=".getenv("DB_PORT").";dbname=".getenv("DB_DATABASE"),
    getenv("DB_USERNAME"), getenv("DB_PASSWORD"),
    [PDO::MYSQL_ATTR_SSL_CA => getenv("MYSQL_ATTR_SSL_CA"), PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => true,
     PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
  $db->exec("SET time_zone = '+00:00'");
  $all = $db->query("SELECT TABLE_NAME AS name, COALESCE(TABLE_ROWS, 0) AS guess FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME")->fetchAll(PDO::FETCH_ASSOC);
  $dated = $db->query("SELECT c.TABLE_NAME FROM information_schema.COLUMNS c
    JOIN information_schema.COLUMNS k ON k.TABLE_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME
    WHERE c.TABLE_SCHEMA = DATABASE() AND c.COLUMN_NAME = 'created_at' AND k.COLUMN_NAME = 'id' AND k.COLUMN_KEY = 'PRI'")
    ->fetchAll(PDO::FETCH_COLUMN);
  $found = ["tables" => count($all), "rows" => 0, "estimated" => 0, "migrations" => 0, "newest" => null];
  foreach ($all as $table) {
    $quoted = chr(96).str_replace(chr(96), chr(96).chr(96), $table["name"]).chr(96);
    $large = $table["guess"] > ${COUNTED_ROWS};
    $rows = $large ? (int) $table["guess"] : (int) $db->query("SELECT COUNT(*) FROM ".$quoted)->fetchColumn();
    $found["rows"] += $rows;
    $found["estimated"] += $large ? 1 : 0;
    if ($table["name"] === "migrations") $found["migrations"] = $rows;
    if (!in_array($table["name"], $dated)) continue;
    $newest = $db->query("SELECT UNIX_TIMESTAMP(created_at) FROM ".$quoted." ORDER BY id DESC LIMIT 1")->fetchColumn();
    if ($newest) $found["newest"] = max((int) $newest, (int) $found["newest"]);
  }
  echo "${MARK}".json_encode($found)."\\n";
} catch (Throwable $error) {
  echo "${MARK}".json_encode(["fault" => $error->getMessage()])."\\n";
  exit(1);
}`;

const shape = z.union([
  z.object({
    tables: z.number(),
    rows: z.number(),
    /** Tables whose rows are an estimate of the server. */
    estimated: z.number(),
    migrations: z.number(),
    /** When the newest row was made, in seconds since 1970; null where no table has the columns that Laravel makes. */
    newest: z.number().nullable(),
  }),
  z.object({ fault: z.string() }),
]);
export type Inspection = Exclude<z.infer<typeof shape>, { fault: string }>;

/** What is in a database that was restored, asked by a task in the same network as the application's. */
export async function inspect(
  context: Context,
  targets: Targets,
  host: string,
  lookSeconds: number,
): Promise<Inspection> {
  const { aws, stack } = context;
  const work = {
    taskDefinition: await consoleRevision(context, targets, await runningRelease(aws, targets)),
    container: containers.console,
    command: ["php", "-r", INSPECTION],
    environment: { DRILL_HOST: host },
    startedBy: "operations/drill",
  };
  const { arn, exitCode, reason } = await runOnce(context, targets, work, { lookSeconds });
  const id = arn.split("/").pop() ?? arn;
  const advice = `Its log: npm run operations -- logs console --stack ${stack.stack} --task ${id}`;
  const line = await lineOf(
    context,
    targets.tasks.console.logGroup,
    `${containers.console}/${containers.console}/${id}`,
  );
  const { data } = shape.safeParse(line);
  if (data === undefined) {
    throw new Failure("failed", `The task that looks into the database said nothing (${exitCode ?? reason}).`, advice);
  }
  if ("fault" in data) throw new Failure("failed", `The restored database cannot be read: ${data.fault}`, advice);
  return data;
}

async function lineOf({ aws, signal }: Context, logGroupName: string, logStreamName: string): Promise<unknown> {
  const logs = await aws.logs();
  const until = Date.now() + LOG_PATIENCE * 1000;
  for (;;) {
    const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true });
    const line = events.map(({ message = "" }) => message).find((message) => message.startsWith(MARK));
    if (line !== undefined) return JSON.parse(line.slice(MARK.length)) as unknown;
    if (Date.now() > until) return undefined;
    await pause(2, signal);
  }
}

/** Why it is not what a platform in use has; empty when it is. */
export function faultsOf({ tables, rows, migrations, newest }: Inspection, shows: Date): string[] {
  const after = newest !== null && newest * 1000 > shows.getTime() + 60_000;
  return [
    ...(tables === 0 ? ["it has no table"] : []),
    ...(tables > 0 && migrations === 0 ? ["Laravel's table of migrations is missing or empty"] : []),
    ...(tables > 0 && rows === 0 ? ["it has no row"] : []),
    ...(after ? [`its newest row is of ${new Date(newest * 1000).toISOString()}, later than it can be`] : []),
  ];
}
