import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface TableContents {
  readonly name: string;
  /** Undefined when the time was up before all were counted. */
  readonly rows: number | undefined;
  /** The newest time among the rows that were added last; undefined where a table keeps none. */
  readonly newest: Date | undefined;
}

/** What a restored database holds. */
export interface Contents {
  readonly tables: readonly TableContents[];
}

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Certificate authorities that the server is verified against. */
  readonly ca: string | string[];
}

/** Columns in which applications note when a row came about; Laravel's are the first two. */
const TIMES = ["created_at", "updated_at", "occurred_at", "clicked_at"] as const;
/** Of the rows with the highest keys: the newest is among them, and no index over times is needed. */
const LOOKED_AT = 1000;

/**
 * Counts every table and finds its newest rows. A login that is refused is an answer about the backup as much as a missing
 * table: the users came with it.
 */
export async function readContents(place: Place, logins: readonly Login[], seconds: number): Promise<Contents> {
  const until = Date.now() + seconds * 1000;
  const connection = await connect(place, logins);
  try {
    const tables: TableContents[] = [];
    for (const name of await tablesOf(connection, place.database)) {
      const newest = await newestOf(connection, place.database, name);
      tables.push({ name, rows: await count(connection, name, until), newest });
    }
    return { tables };
  } finally {
    connection.destroy();
  }
}

/** The password of the secret, or the one before: the backup may be older than the last rotation. */
async function connect({ host, port, database, ca }: Place, logins: readonly Login[]): Promise<Connection> {
  let refusal: unknown = new Error("There is no login to try");
  for (const { username, password } of logins) {
    try {
      return await createConnection({
        host,
        port,
        database,
        user: username,
        password,
        ssl: { ca, minVersion: "TLSv1.2", rejectUnauthorized: true, verifyIdentity: true },
        connectTimeout: 10_000,
        timezone: "Z",
        charset: "utf8mb4",
      });
    } catch (error) {
      if ((error as { code?: string }).code !== "ER_ACCESS_DENIED_ERROR") throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function rows(connection: Connection, statement: string, values: readonly string[] = []) {
  const [found] = await connection.query<RowDataPacket[]>(statement, [...values]);
  return found as Record<string, unknown>[];
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const quote = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

async function tablesOf(connection: Connection, database: string): Promise<string[]> {
  const found = await rows(
    connection,
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME",
    [database],
  );
  return found.map(({ name }) => text(name));
}

async function count(connection: Connection, table: string, until: number): Promise<number | undefined> {
  const left = until - Date.now();
  if (left <= 0) return undefined;
  // A client's patience ends the whole connection, so the server's own is asked for as well (a hint that MariaDB skips).
  const statement = `SELECT /*+ MAX_EXECUTION_TIME(${Math.ceil(left)}) */ COUNT(*) AS rows_there FROM ${quote(table)}`;
  try {
    const [row] = await rows(connection, statement);
    return Number(row?.rows_there);
  } catch (error) {
    if ((error as { code?: string }).code !== "ER_QUERY_TIMEOUT") throw error;
    return undefined;
  }
}

async function newestOf(connection: Connection, database: string, table: string): Promise<Date | undefined> {
  const columns = await rows(
    connection,
    "SELECT COLUMN_NAME AS name, COLUMN_KEY AS place, DATA_TYPE AS kind FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
    [database, table],
  );
  const key = columns.filter(({ place }) => place === "PRI").map(({ name }) => text(name));
  const time = TIMES.find((wanted) =>
    columns.some(({ name, kind }) => name === wanted && ["datetime", "timestamp"].includes(text(kind))),
  );
  if (time === undefined || key.length === 0) return undefined;
  const last = key.map((name) => `${quote(name)} DESC`).join(", ");
  const [row] = await rows(
    connection,
    `SELECT MAX(t) AS newest FROM (SELECT ${quote(time)} AS t FROM ${quote(table)} ORDER BY ${last} LIMIT ${LOOKED_AT}) AS latest`,
  );
  return row?.newest instanceof Date ? row.newest : undefined;
}
