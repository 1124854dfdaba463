import type { ElastiCache, ModifyUserCommandInput, User } from "@aws-sdk/client-elasticache";
import { setTimeout as sleep } from "node:timers/promises";
import { redisUsers, redisUsersOf } from "../../components/data/redis-access";
import type { SecretName } from "../../config/secrets";
import { errorName } from "../aws";
import { Failure } from "../failure";
import type { Context } from "../verb";

/** What has to happen to the ElastiCache users of a secret so that they fit it. */
export interface RedisUserChange {
  readonly says: readonly string[];
  /** Whether the old password goes on working beside the new one. */
  readonly twoPasswords: boolean;
  apply(): Promise<void>;
}

export interface Wish {
  readonly next: Readonly<Record<string, string>>;
  readonly current: Readonly<Record<string, string>> | undefined;
  /** Leave the present password as the only one. */
  readonly finish: boolean;
}

/** The program creates these users switched off and without a password; this command is their other writer. */
export async function redisUserChange(
  context: Context,
  name: SecretName,
  wish: Wish,
): Promise<RedisUserChange | undefined> {
  const keys = redisUsersOf(name);
  if (keys.length === 0) return undefined;
  const client = await context.aws.elastiCache();
  const { stack } = context;
  const planned = await Promise.all(
    keys.map(async (key) => {
      const id = stack.facts.name("cacheUser", key);
      return plan(id, await describe(client, id, stack.stack), redisUsers[key].accessString, name, wish);
    }),
  );
  const changes = planned.filter((change) => change !== undefined);
  if (changes.length === 0) return undefined;
  return {
    says: changes.map((change) => `ElastiCache user ${change.id}: ${change.says}`),
    twoPasswords: changes.some((change) => (change.passwords?.length ?? 0) > 1),
    async apply() {
      for (const change of changes) {
        await untilActive(context, client, change.id);
        await client.modifyUser(request(change));
        await untilActive(context, client, change.id);
        context.terminal.say(`Done: ElastiCache user ${change.id}: ${change.says}.`);
      }
    },
  };
}

/** What keeps a secret's Redis users from letting anybody in, each in a few words. */
export async function redisUserProblems({ aws, stack }: Context, name: SecretName): Promise<string[]> {
  const keys = redisUsersOf(name);
  if (keys.length === 0) return [];
  const client = await aws.elastiCache();
  const problems = keys.map(async (key) => {
    const id = stack.facts.name("cacheUser", key);
    const user = await find(client, id);
    if (user === undefined) return [`the Redis user ${id} does not exist: run pulumi up`];
    const on = /^\s*on\b/.test(user.AccessString ?? "") && passwordCount(user) > 0;
    return on ? [] : [`the Redis user ${id} is switched off: set the secret again`];
  });
  return (await Promise.all(problems)).flat();
}

const passwordCount = ({ Authentication }: User): number =>
  Authentication?.Type === "password" ? (Authentication.PasswordCount ?? 0) : 0;

interface PlannedUser {
  readonly id: string;
  readonly says: string;
  readonly accessString: string;
  /** Both of a rotation, or the only one; nothing leaves the user's as they are. */
  readonly passwords?: string[];
}

/** ElastiCache tells how many passwords a user has, never which: so what cannot be known is refused, not guessed. */
export function plan(id: string, seen: User, access: string, name: SecretName, wish: Wish): PlannedUser | undefined {
  const next = wish.next.password ?? "";
  const old = wish.current?.password ?? "";
  const count = passwordCount(seen);
  const change = (says: string, passwords?: string[]) => ({ id, says, accessString: access, passwords });
  if (wish.finish) {
    if (old === "") throw new Failure("refused", `${name} has no password yet: there is no rotation to finish.`);
    return change("the present password becomes the only one", [old]);
  }
  if (count === 0) return change("switched on, with its password", [next]);
  if (next === old) return sameAccess(seen.AccessString ?? "", access) ? undefined : change("gets its access");
  // A password that nobody has the value of: left by a run that ended before it wrote the secret.
  if (old === "") return change("gets the password that the secret will hold", [next]);
  if (count > 1) {
    throw new Failure(
      "refused",
      `The Redis user ${id} has two passwords: an earlier rotation is not finished. Nothing was changed.`,
      `When every task has restarted since then: secrets set ${name} --finish-rotation`,
    );
  }
  return change("gets the new password beside the present one", [next, old]);
}

function request({ id, accessString, passwords }: PlannedUser): ModifyUserCommandInput {
  const authentication = passwords && { AuthenticationMode: { Type: "password" as const, Passwords: passwords } };
  return { UserId: id, AccessString: accessString, ...authentication };
}

/** AWS answers with its own spacing. */
function sameAccess(one: string, other: string): boolean {
  const words = (text: string) => text.trim().split(/\s+/).join(" ");
  return words(one) === words(other);
}

async function find(client: ElastiCache, id: string): Promise<User | undefined> {
  try {
    return (await client.describeUsers({ UserId: id })).Users?.[0];
  } catch (error) {
    if (/^UserNotFound(Fault)?$/.test(errorName(error))) return undefined;
    throw error;
  }
}

async function describe(client: ElastiCache, id: string, stack: string): Promise<User> {
  const user = await find(client, id);
  if (user !== undefined) return user;
  throw new Failure(
    "refused",
    `The Redis user ${id} does not exist yet.`,
    `The program makes it: pulumi up --stack ${stack}`,
  );
}

/** A user in change takes no other change, and works only when it is active again. */
async function untilActive({ signal, stack }: Context, client: ElastiCache, id: string): Promise<void> {
  const deadline = Date.now() + 10 * 60_000;
  for (let pause = 250; ; pause = Math.min(pause * 2, 5_000)) {
    const { Status } = await describe(client, id, stack.stack);
    if (Status === "active") return;
    if (Status === "deleting") throw new Failure("failed", `The Redis user ${id} is being deleted.`);
    if (Date.now() > deadline) {
      throw new Failure("timedOut", `The Redis user ${id} is still "${Status}" after 10 minutes.`);
    }
    await sleep(pause, undefined, { signal });
  }
}
