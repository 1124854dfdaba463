import { describe, expect, it } from "vitest";
import {
  redisPurposes,
  redisUserKeys,
  redisUsers,
  redisUsersIn,
  redisUsersOf,
} from "../../../components/data/redis-access";
import { secretDefinition } from "../../../config/secrets";

const words = (key: (typeof redisUserKeys)[number]) => redisUsers[key].accessString.split(" ");

describe("redis access", () => {
  it("has the application in both groups and the metrics where the queues are", () => {
    expect(redisUsersIn("sessions")).toEqual(["app-sessions", "metrics"]);
    expect(redisUsersIn("cache")).toEqual(["app-cache"]);
    expect(redisUsersOf("redis-app")).toEqual(["app-sessions", "app-cache"]);
    expect(redisUsersOf("redis-metrics")).toEqual(["metrics"]);
    expect(redisUsersOf("app-key")).toEqual([]);
  });

  it("names users as their secrets do, so that one table cannot leave the other behind", () => {
    for (const key of redisUserKeys) {
      const { secret, userName } = redisUsers[key];
      expect(secretDefinition(secret).keys.username, key).toEqual({ kind: "fixed", value: userName });
    }
  });

  it("has a user name once in a group: ElastiCache refuses a second", () => {
    for (const purpose of redisPurposes) {
      const names = redisUsersIn(purpose).map((key) => redisUsers[key].userName);
      expect(new Set(names).size).toBe(names.length);
      expect(names).not.toContain("default");
    }
  });

  it("switches users on and gives each command by name or category, after taking all away", () => {
    for (const key of redisUserKeys) {
      expect(words(key)[0], key).toBe("on");
      expect(words(key).indexOf("-@all"), key).toBe(2);
      expect(words(key), key).not.toContain("+@all");
      expect(words(key), key).not.toContain("nopass");
    }
  });

  it("lets Laravel do nothing dangerous, but empty the cache", () => {
    for (const key of ["app-sessions", "app-cache"] as const) {
      const given = words(key).filter((word) => word.startsWith("+"));
      expect(given.slice(0, 6)).toEqual(["+@read", "+@write", "+@connection", "+@transaction", "+@scripting", "+time"]);
      // Rules count from left to right: what is dangerous goes after all that was given by category.
      expect(words(key).indexOf("-@dangerous")).toBeGreaterThan(words(key).indexOf("+@scripting"));
    }
    const dangerous = (key: "app-sessions" | "app-cache") => words(key).slice(words(key).indexOf("-@dangerous") + 1);
    expect(dangerous("app-sessions")).toEqual([]);
    expect(dangerous("app-cache")).toEqual(["+flushdb"]);
  });

  it("lets the metrics look at queues only, and write nothing", () => {
    expect(words("metrics")).toEqual(["on", "~*queues:*", "-@all", "+ping", "+llen", "+lindex", "+zcard", "+zcount"]);
  });
});
