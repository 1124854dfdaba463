import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import {
  type RedisPurpose,
  redisPurposes,
  type RedisUserKey,
  redisUserKeys,
  redisUsers,
  redisUsersIn,
  SWITCHED_OFF,
} from "./redis-access";

export interface RedisUsersArgs {
  readonly stack: StackFacts;
}

/** RBAC's engine of a Redis OSS group; a group of the engine valkey cannot be given to one. */
const ENGINE = "redis";

/**
 * Redis users and the group of users that each replication group admits. No password passes through here: the users
 * are created switched off, and `operations secrets set` switches them on.
 */
export class RedisUsers extends pulumi.ComponentResource {
  /** ElastiCache user group by the replication group that it is for. */
  readonly groupIds: Readonly<Record<RedisPurpose, pulumi.Output<string>>>;

  constructor(name: string, args: RedisUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:data:RedisUsers", name, {}, opts);
    const { stack } = args;
    const parent = { parent: this };

    // Each user group must have a user of this name, and who connects without a name is that user. AWS's own one may do
    // everything without a password; ours takes its place and may do nothing.
    const nobody = new aws.elasticache.User(
      `${name}-default`,
      {
        userId: stack.name("cacheUser", "default"),
        userName: "default",
        engine: ENGINE,
        accessString: SWITCHED_OFF,
        authenticationMode: { type: "no-password-required" },
      },
      parent,
    );
    const user = (key: RedisUserKey) =>
      new aws.elasticache.User(
        `${name}-${key}`,
        {
          userId: stack.name("cacheUser", key),
          userName: redisUsers[key].userName,
          engine: ENGINE,
          accessString: SWITCHED_OFF,
          authenticationMode: { type: "no-password-required" },
        },
        {
          ...parent,
          // The other writer is `operations secrets set`: it gives the user its password, and with it the access that
          // redis-access.ts says.
          ignoreChanges: ["accessString", "authenticationMode", "noPasswordRequired", "passwords"],
        },
      );
    const userIds = byKey(redisUserKeys, (key) => user(key).userId);
    const group = (purpose: RedisPurpose) =>
      new aws.elasticache.UserGroup(
        `${name}-${purpose}`,
        {
          userGroupId: stack.name("cacheUserGroup", purpose),
          engine: ENGINE,
          userIds: [nobody.userId, ...redisUsersIn(purpose).map((key) => userIds[key])],
        },
        parent,
      );

    this.groupIds = byKey(redisPurposes, (purpose) => group(purpose).userGroupId);
    this.registerOutputs({ groupIds: this.groupIds });
  }
}

function byKey<K extends string, V>(keys: readonly K[], make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>;
}
