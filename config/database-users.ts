import { scratchDatabase } from "./dump";
import type { SecretName } from "./secrets";

/**
 * The database's users besides the master: what each may do, and nothing else. Names and passwords are in the secrets
 * (config/secrets.ts); `operations database users` brings the database to this table.
 */

/** Where privileges hold: the application's database, another one by name, or the whole server. */
export type GrantScope = "application" | "server" | { readonly database: string };

export interface Grant {
  /** MySQL's names of static privileges, in alphabetical order. */
  readonly privileges: readonly string[];
  readonly on: GrantScope;
  /** One of MySQL 8's dynamic privileges, which MariaDB has none of: not given there. @default false */
  readonly dynamic?: boolean;
}

export interface DatabaseUser {
  /** Holds `username` and `password`. */
  readonly secret: Extract<SecretName, `database-${string}`>;
  readonly grants: readonly Grant[];
  /** Connections at once, of all its clients together; 0 is no limit of its own. */
  readonly maxConnections: number;
}

export const databaseUsers = {
  /** Rows, and no schema: what is taken over with it cannot drop a table. */
  app: {
    secret: "database-app",
    grants: [{ privileges: ["DELETE", "INSERT", "SELECT", "UPDATE"], on: "application" }],
    maxConnections: 0,
  },
  /** Laravel's schema builder, and the rows that migrations move. */
  migration: {
    secret: "database-migration",
    grants: [
      {
        privileges: [
          "ALTER",
          "CREATE",
          "CREATE VIEW",
          "DELETE",
          "DROP",
          "INDEX",
          "INSERT",
          "REFERENCES",
          "SELECT",
          "SHOW VIEW",
          "TRIGGER",
          "UPDATE",
        ],
        on: "application",
      },
    ],
    // One migration at a time, its questions, and somebody who looks.
    maxConnections: 10,
  },
  /** Everything of the application's database, read-only: tables, views, routines, triggers, events. Of a clone, so without locks. It writes to the scratch only. */
  dump: {
    secret: "database-dump",
    grants: [
      { privileges: ["EVENT", "SELECT", "SHOW VIEW", "TRIGGER"], on: "application" },
      // Routines' bodies, which a server hides from whoever did not make them; it is given on the whole server only.
      { privileges: ["SHOW_ROUTINE"], on: "server", dynamic: true },
      // Where `operations backup verify` restores a dump to: a database that clones have, and the cluster in use has not.
      {
        privileges: [
          "ALTER",
          "ALTER ROUTINE",
          "CREATE",
          "CREATE ROUTINE",
          "CREATE VIEW",
          "DELETE",
          "DROP",
          "EVENT",
          "EXECUTE",
          "INDEX",
          "INSERT",
          "REFERENCES",
          "SELECT",
          "SHOW VIEW",
          "TRIGGER",
          "UPDATE",
        ],
        on: { database: scratchDatabase },
      },
    ],
    maxConnections: 20,
  },
  /** What Datadog's MySQL check asks for: status variables, replication, threads, performance schema. No row of ours. */
  agent: {
    secret: "database-agent",
    grants: [
      { privileges: ["PROCESS", "REPLICATION CLIENT"], on: "server" },
      { privileges: ["SELECT"], on: { database: "performance_schema" } },
    ],
    // The check keeps one connection an instance; a fault of its own must not use up the database's.
    maxConnections: 5,
  },
} as const satisfies Record<string, DatabaseUser>;

export type DatabaseUserName = keyof typeof databaseUsers;
export const databaseUserNames = Object.keys(databaseUsers) as DatabaseUserName[];
/** The entry without its literal types, for code that walks the table. */
export const databaseUser = (name: DatabaseUserName): DatabaseUser => databaseUsers[name];
