import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** Certificate authorities that the server is verified against. */
  readonly ca: string | string[];
}

export interface Privilege {
  /** "" for the whole server; else as the server keeps it, with `\` before `_` and `%`. */
  readonly database: string;
  readonly name: string;
}

/** The few things that are asked of the database and done to it. Values go beside the statement, never into its text. */
export interface Server {
  /** Whether an account may have two passwords for a while: MySQL from 8.0.14 on, and no MariaDB. */
  keepsOldPasswords(): Promise<boolean>;
  /** Whether it knows those of MySQL 8 that the table gives (SHOW_ROUTINE from 8.0.20 on), and no MariaDB. */
  knowsDynamicPrivileges(): Promise<boolean>;
  exists(user: string): Promise<boolean>;
  privilegesOf(user: string): Promise<readonly Privilege[]>;
  /** Privileges on single tables and columns, which this table of users never gives. */
  narrowGrantsOf(user: string): Promise<readonly string[]>;
  limitsOf(user: string): Promise<{ readonly tls: boolean; readonly maxConnections: number }>;
  run(statement: string, values?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const CONNECT_MILLISECONDS = 5000;

export async function connect(address: ServerAddress, { username, password }: Credentials): Promise<Server> {
  const { host, port, ca } = address;
  const connection = await createConnection({
    host,
    port,
    user: username,
    password,
    ssl: { ca, minVersion: "TLSv1.2", rejectUnauthorized: true, verifyIdentity: true },
    connectTimeout: CONNECT_MILLISECONDS,
    // What is looked up below are texts of the server, and compared with texts of ours.
    charset: "utf8mb4",
  });
  return serverOf(connection);
}

/** Whether these credentials open the database; throws on anything but a refusal. */
export async function opens(address: ServerAddress, credentials: Credentials): Promise<boolean> {
  try {
    await (await connect(address, credentials)).close();
    return true;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (code === "ER_ACCESS_DENIED_ERROR") return false;
    // Its password was good; its connections are used up, by whoever else has it.
    if (code === "ER_TOO_MANY_USER_CONNECTIONS" || code === "ER_USER_LIMIT_REACHED") return true;
    throw error;
  }
}

const codeOf = (error: unknown): string | undefined => (error as { code?: string } | undefined)?.code;

function serverOf(connection: Connection): Server {
  const rows = async (statement: string, values: readonly string[] = []) => {
    const [found] = await connection.query<RowDataPacket[]>(statement, [...values]);
    return found as Record<string, unknown>[];
  };
  const text = (value: unknown): string => String(value);
  const version = async () => {
    const [row] = await rows("SELECT VERSION() AS version");
    return text(row?.version);
  };
  const grantee = (user: string) => `'${user}'@'%'`;
  return {
    async keepsOldPasswords() {
      return hasDualPasswords(await version());
    },
    async knowsDynamicPrivileges() {
      return hasShowRoutine(await version());
    },
    async exists(user) {
      return (await rows("SELECT 1 FROM mysql.user WHERE User = ? AND Host = '%'", [user])).length > 0;
    },
    async privilegesOf(user) {
      const found = await rows(
        "SELECT '' AS place, PRIVILEGE_TYPE AS name, IS_GRANTABLE AS grantable FROM information_schema.USER_PRIVILEGES " +
          "WHERE GRANTEE = ? UNION ALL SELECT TABLE_SCHEMA, PRIVILEGE_TYPE, IS_GRANTABLE FROM " +
          "information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = ?",
        [grantee(user), grantee(user)],
      );
      const grantable = found
        .filter((row) => row.grantable === "YES")
        .map((row) => ({ database: text(row.place), name: "GRANT OPTION" }));
      const named = found.map((row) => ({ database: text(row.place), name: sameName(text(row.name)) }));
      return [...named, ...grantable].filter(({ name }) => name !== "USAGE");
    },
    async narrowGrantsOf(user) {
      const found = await rows(
        "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS place FROM information_schema.TABLE_PRIVILEGES WHERE GRANTEE = ? " +
          "UNION SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.COLUMN_PRIVILEGES WHERE GRANTEE = ?",
        [grantee(user), grantee(user)],
      );
      return found.map(({ place }) => text(place));
    },
    async limitsOf(user) {
      const [row] = await rows(
        "SELECT ssl_type AS tls, max_user_connections AS most FROM mysql.user WHERE User = ? AND Host = '%'",
        [user],
      );
      return { tls: text(row?.tls) === "ANY", maxConnections: Number(row?.most ?? 0) };
    },
    async run(statement, values = []) {
      await connection.query(statement, [...values]);
    },
    close: () => connection.end(),
  };
}

/** `8.0.42`; Aurora answers so as well. MariaDB says so in its own, and has a single password. */
export const hasDualPasswords = (version: string): boolean => isMysql8From(14, version);

export const hasShowRoutine = (version: string): boolean => isMysql8From(20, version);

function isMysql8From(least: number, version: string): boolean {
  if (/mariadb/i.test(version)) return false;
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  return major > 8 || (major === 8 && (minor > 0 || patch >= least));
}

/** MariaDB's word for the same privilege. */
const sameName = (name: string): string => (name === "BINLOG MONITOR" ? "REPLICATION CLIENT" : name);
