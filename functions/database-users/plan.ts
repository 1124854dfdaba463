import type { DatabaseUser, GrantScope } from "../../config/database-users";
import type { Privilege } from "./server";

/** How a user is in the database. */
export interface Present {
  readonly exists: boolean;
  /** Whether the password of the secret opens it. */
  readonly opens: boolean;
  readonly tls: boolean;
  readonly maxConnections: number;
  readonly privileges: readonly Privilege[];
  /** Tables with grants of their own. */
  readonly tables: readonly string[];
}

export interface Step {
  /** For people; holds no secret. */
  readonly says: string;
  readonly statement: string;
  readonly values: readonly string[];
}

export interface Wanted {
  readonly username: string;
  readonly password: string;
  readonly user: DatabaseUser;
  /** Name of the application's database. */
  readonly database: string;
  /** Whether the old password can stay beside the new one: tasks that run go on with it. */
  readonly dualPasswords: boolean;
  /** Whether the server knows dynamic privileges. */
  readonly dynamicPrivileges: boolean;
}

/**
 * The statements from what is to what should be; none when all is as the table says. What is missing is given before
 * what is too much is taken, so that a user never stands with less than both before and after.
 */
export function planFor(present: Present, wanted: Wanted): readonly Step[] {
  return [...account(present, wanted), ...grants(present, wanted)];
}

function account(present: Present, { username, password, user, dualPasswords }: Wanted): Step[] {
  const { maxConnections } = user;
  const limits = `REQUIRE SSL WITH MAX_USER_CONNECTIONS ${maxConnections}`;
  if (!present.exists) {
    return [
      {
        says: "created, with TLS required",
        statement: `CREATE USER ?@'%' IDENTIFIED BY ? ${limits}`,
        values: [username, password],
      },
    ];
  }
  const steps: Step[] = [];
  if (!present.opens) {
    steps.push({
      says: dualPasswords ? "the secret's password, the old one beside it" : "the secret's password; the old one ends",
      statement: `ALTER USER ?@'%' IDENTIFIED BY ?${dualPasswords ? " RETAIN CURRENT PASSWORD" : ""}`,
      values: [username, password],
    });
  }
  if (!present.tls || present.maxConnections !== maxConnections) {
    steps.push({
      says: `TLS required, ${maxConnections === 0 ? "no limit of connections" : `at most ${maxConnections} connections`}`,
      statement: `ALTER USER ?@'%' ${limits}`,
      values: [username],
    });
  }
  return steps;
}

function grants(present: Present, { username, user, database, dynamicPrivileges }: Wanted): Step[] {
  const given = user.grants.filter(({ dynamic = false }) => dynamicPrivileges || !dynamic);
  const wanted = given.flatMap(({ privileges, on }) =>
    privileges.map((name) => ({ database: placeOf(on, database), name })),
  );
  const missing = group(without(wanted, present.privileges));
  const surplus = group(without(present.privileges, wanted));
  return [
    ...missing.map(([place, names]) => ({
      says: `granted ${names.join(", ")} on ${sayPlace(place)}`,
      statement: `GRANT ${names.join(", ")} ON ${quotePlace(place)} TO ?@'%'`,
      values: [username],
    })),
    ...surplus.map(([place, names]) => ({
      says: `revoked ${names.join(", ")} on ${sayPlace(place)}`,
      statement: `REVOKE ${names.join(", ")} ON ${quotePlace(place)} FROM ?@'%'`,
      values: [username],
    })),
    ...present.tables.map((table) => ({
      says: `revoked all on the table ${table}`,
      statement: `REVOKE ALL PRIVILEGES ON ${table.split(".").map(quote).join(".")} FROM ?@'%'`,
      values: [username],
    })),
  ];
}

const key = ({ database, name }: Privilege): string => `${database}\0${name}`;

function without(these: readonly Privilege[], those: readonly Privilege[]): readonly Privilege[] {
  const known = new Set(those.map(key));
  return these.filter((privilege) => !known.has(key(privilege)));
}

function group(privileges: readonly Privilege[]): [string, string[]][] {
  const places = new Map<string, string[]>();
  for (const { database, name } of privileges) places.set(database, [...(places.get(database) ?? []), name].sort());
  return [...places].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** In a grant, `_` and `%` of a database's name stand for any character: affiliate_production would open affiliateXproduction. */
function placeOf(scope: GrantScope, database: string): string {
  if (scope === "server") return "";
  return (scope === "application" ? database : scope.database).replaceAll(/[_%]/g, "\\$&");
}

const quote = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
const quotePlace = (place: string): string => (place === "" ? "*.*" : `${quote(place)}.*`);
const sayPlace = (place: string): string => (place === "" ? "the whole server" : place.replaceAll("\\", ""));
