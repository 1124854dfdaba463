import { z } from "zod";
import { databaseUser, type DatabaseUserName, databaseUserNames } from "../../config/database-users";
import { readEnvironment } from "../shared/environment";
import { planFor, type Present } from "./plan";
import type { Credentials, Server } from "./server";

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly masterSecretArn: string;
  /** By user of the table. */
  readonly secretArns: Readonly<Record<DatabaseUserName, string>>;
}

/** The world outside, so that a test can be it. */
export interface World {
  /** The JSON of a secret. */
  readonly secret: (arn: string) => Promise<string>;
  readonly connect: (settings: Settings, credentials: Credentials) => Promise<Server>;
  readonly opens: (settings: Settings, credentials: Credentials) => Promise<boolean>;
}

/** What `operations database users` asks for. */
const requestShape = z.object({
  /** `plan` only looks; `apply` brings the users to the table; `finish` ends the old passwords. */
  action: z.enum(["plan", "apply", "finish"]),
  users: z.array(z.enum(databaseUserNames)).min(1),
});
export type UsersRequest = z.infer<typeof requestShape>;

export interface UserReport {
  readonly user: DatabaseUserName;
  readonly username: string;
  readonly result: "unchanged" | "planned" | "changed" | "failed";
  /** What was done, or would be; no secret among it. */
  readonly steps: readonly string[];
  /** Whether an old password still opens it, where the server keeps one. */
  readonly oldPassword: "kept" | "ended" | "unknown";
  readonly fault?: string;
}

const text = z.string().min(1);
const environmentShape = z.object({
  DATABASE_HOST: text,
  DATABASE_PORT: z.coerce.number().int(),
  DATABASE_NAME: text,
  MASTER_SECRET_ARN: text,
  USER_SECRET_ARNS: text,
});

/** All faults of the environment at once. `USER_SECRET_ARNS` is a JSON object by user of the table. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const data = readEnvironment(environmentShape, env);
  const secretArns = z.record(z.enum(databaseUserNames), text).parse(JSON.parse(data.USER_SECRET_ARNS));
  return {
    host: data.DATABASE_HOST,
    port: data.DATABASE_PORT,
    database: data.DATABASE_NAME,
    masterSecretArn: data.MASTER_SECRET_ARN,
    secretArns,
  };
}

/**
 * One user after the other, each with a report of its own: what went wrong with one says nothing about the next. Run
 * again, it finds what is left to do.
 */
export function createHandler(
  settings: () => Settings,
  world: World,
): (input: unknown) => Promise<{ readonly users: readonly UserReport[] }> {
  return async (input) => {
    const { action, users } = requestShape.parse(input);
    const place = settings();
    const master = parseCredentials(place.masterSecretArn, await world.secret(place.masterSecretArn));
    const server = await world.connect(place, master);
    try {
      const dualPasswords = await server.keepsOldPasswords();
      const dynamicPrivileges = await server.knowsDynamicPrivileges();
      const reports: UserReport[] = [];
      for (const user of users)
        reports.push(await one(user, action, { place, server, dualPasswords, dynamicPrivileges, world }));
      return { users: reports };
    } finally {
      await server.close();
    }
  };
}

interface Surroundings {
  readonly place: Settings;
  readonly server: Server;
  readonly dualPasswords: boolean;
  readonly dynamicPrivileges: boolean;
  readonly world: World;
}

async function one(
  name: DatabaseUserName,
  action: UsersRequest["action"],
  { place, server, dualPasswords, dynamicPrivileges, world }: Surroundings,
): Promise<UserReport> {
  let username = "";
  const steps: string[] = [];
  try {
    const arn = place.secretArns[name];
    const credentials = parseCredentials(arn, await world.secret(arn));
    username = credentials.username;
    const base = { user: name, username };
    const present = await presentOf(server, credentials, () => world.opens(place, credentials));
    if (action === "finish") return { ...base, ...(await finish(server, present, username, dualPasswords)) };

    const plan = planFor(present, {
      ...credentials,
      user: databaseUser(name),
      database: place.database,
      dualPasswords,
      dynamicPrivileges,
    });
    const rotates = present.exists && !present.opens;
    const oldPassword = rotates ? (dualPasswords ? "kept" : "ended") : "unknown";
    if (plan.length === 0) return { ...base, result: "unchanged", steps: [], oldPassword };
    if (action === "plan") return { ...base, result: "planned", steps: plan.map(({ says }) => says), oldPassword };
    for (const { statement, values, says } of plan) {
      await server.run(statement, values);
      steps.push(says);
    }
    if (!(await world.opens(place, credentials))) {
      throw new Error("after all of it the database still refuses the secret's password");
    }
    return { ...base, result: "changed", steps, oldPassword };
  } catch (error) {
    return { user: name, username, result: "failed", steps, oldPassword: "unknown", fault: faultOf(error) };
  }
}

async function presentOf(server: Server, { username }: Credentials, opens: () => Promise<boolean>): Promise<Present> {
  if (!(await server.exists(username))) {
    return { exists: false, opens: false, tls: false, maxConnections: 0, privileges: [], tables: [] };
  }
  return {
    exists: true,
    opens: await opens(),
    ...(await server.limitsOf(username)),
    privileges: await server.privilegesOf(username),
    tables: await server.narrowGrantsOf(username),
  };
}

/** Only where the present password works: else nobody could come in any more. */
async function finish(
  server: Server,
  present: Present,
  username: string,
  dualPasswords: boolean,
): Promise<Pick<UserReport, "result" | "steps" | "oldPassword">> {
  if (!present.opens) throw new Error("the secret's password does not open it: bring the users up to date first");
  if (!dualPasswords) return { result: "unchanged", steps: [], oldPassword: "ended" };
  await server.run("ALTER USER ?@'%' DISCARD OLD PASSWORD", [username]);
  return { result: "changed", steps: ["the old password ended"], oldPassword: "ended" };
}

function parseCredentials(arn: string, json: string): Credentials {
  // Never the text itself in an error: it is the secret.
  const wrong = new Error(`the secret ${arn} is not JSON with username and password`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrong;
  }
  const { username, password } = (value ?? {}) as Partial<Record<keyof Credentials, unknown>>;
  if (typeof username !== "string" || typeof password !== "string" || username === "" || password === "") throw wrong;
  return { username, password };
}

/** MySQL quotes the statement near a mistake, but never the values given beside it... which mysql2 puts in: so no text of it. */
function faultOf(error: unknown): string {
  const { code, sqlMessage, message } = error as { code?: string; sqlMessage?: string; message?: string };
  if (sqlMessage !== undefined)
    return code === "ER_PARSE_ERROR" ? "the server does not take the statement" : sqlMessage;
  return message ?? String(error);
}
