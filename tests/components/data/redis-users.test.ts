import { describe, expect, it } from "vitest";
import { RedisUsers } from "../../../components/data/redis-users";
import { record, type RecordOptions, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { expectNoSecret } from "./fixtures";

const USER = "aws:elasticache/user:User";
const GROUP = "aws:elasticache/userGroup:UserGroup";
const make = (options: RecordOptions = {}) => record(() => new RedisUsers("users", { stack: testStack() }), options);

describe("RedisUsers", () => {
  it("makes four users and a group for each replication group", async () => {
    const users = await make();
    expect(users.counts()).toEqual({ "affiliate:data:RedisUsers": 1, [GROUP]: 2, [USER]: 4 });
    const [component, ...children] = users.resources;
    for (const child of children) expect(child.parent).toBe(component?.urn);
  });

  it("creates every user switched off, and passes no password", async () => {
    const users = await make();
    for (const user of users.ofType(USER)) {
      expect(user.inputs, user.name).toMatchObject({
        engine: "redis",
        accessString: "off -@all",
        authenticationMode: { type: "no-password-required" },
      });
      expect(user.inputs).not.toHaveProperty("passwords");
      expect(user.inputs).not.toHaveProperty("noPasswordRequired");
    }
    expectNoSecret(users);
  });

  it("leaves access and password to operations secrets set, but keeps the default user off", async () => {
    const users = await make();
    for (const name of ["users-app-sessions", "users-app-cache", "users-metrics"]) {
      expect(users.one(USER, name).options.ignoreChanges).toEqual([
        "accessString",
        "authenticationMode",
        "noPasswordRequired",
        "passwords",
      ]);
    }
    expect(users.one(USER, "users-default").options.ignoreChanges).toEqual([]);
  });

  it("gives ids that are unique in the account and names that are the application's", async () => {
    const users = await make();
    expect(users.ofType(USER).map(({ inputs }) => [inputs.userId, inputs.userName])).toEqual([
      ["affiliate-production-default", "default"],
      ["affiliate-production-app-sessions", "app"],
      ["affiliate-production-app-cache", "app"],
      ["affiliate-production-metrics", "metrics"],
    ]);
  });

  it("has our switched-off default user in each group, in the place of AWS's", async () => {
    const users = await make({ preview: true });
    expect(users.one(GROUP, "users-sessions").inputs).toEqual({
      userGroupId: "affiliate-production-sessions",
      engine: "redis",
      userIds: ["affiliate-production-default", "affiliate-production-app-sessions", "affiliate-production-metrics"],
    });
    expect(users.one(GROUP, "users-cache").inputs).toEqual({
      userGroupId: "affiliate-production-cache",
      engine: "redis",
      userIds: ["affiliate-production-default", "affiliate-production-app-cache"],
    });
    expect(await valueOf(users.result.groupIds.cache)).toBe("affiliate-production-cache");
  });
});
