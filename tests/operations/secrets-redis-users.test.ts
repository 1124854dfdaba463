import { describe, expect, it } from "vitest";
import { redisUsers, redisUsersOf, SWITCHED_OFF } from "../../components/data/redis-access";
import { exitCodes } from "../../operations/exit-codes";
import { idOf, secretsWorld, userId } from "../support/secrets-world";

const { front, direct, set, afterUp, valueOf } = secretsWorld();

describe("Redis users", () => {
  it("are switched on with the table's access before the secret can be read", async () => {
    await afterUp();
    const { code, stderr } = await set("redis-app");
    expect(code, stderr).toBe(0);
    const { password } = await valueOf("redis-app");
    for (const key of redisUsersOf("redis-app")) {
      const { accessString } = redisUsers[key];
      expect(front().users.get(userId(key))).toMatchObject({ accessString, passwords: [password] });
    }
    expect(front().changes()).toEqual(["ModifyUser", "ModifyUser", "secretsmanager.PutSecretValue"]);
    expect(front().users.get(userId("metrics"))).toMatchObject({ accessString: SWITCHED_OFF, passwords: [] });
  });

  it("have both passwords during a rotation, and one after it", async () => {
    await afterUp();
    await set("redis-metrics");
    const { password: old } = await valueOf("redis-metrics");
    const { stderr } = await set("redis-metrics", "--rotate");
    const { password: fresh } = await valueOf("redis-metrics");
    expect(fresh).not.toBe(old);
    expect(front().users.get(userId("metrics"))?.passwords).toEqual([fresh, old]);
    expect(stderr).toContain("secrets set redis-metrics --stack production --finish-rotation");

    const early = await set("redis-metrics", "--rotate");
    expect(early.code).toBe(exitCodes.refused.code);
    expect(early.stderr).toContain("an earlier rotation is not finished");

    expect((await set("redis-metrics", "--finish-rotation")).code).toBe(0);
    expect(front().users.get(userId("metrics"))?.passwords).toEqual([fresh]);
    expect(await valueOf("redis-metrics")).toMatchObject({ password: fresh });
  });

  it("that are not there: says to run pulumi up, and writes nothing", async () => {
    await direct().createSecret({ Name: idOf("redis-app") });
    const { code, stderr } = await set("redis-app");
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("The Redis user affiliate-production-app-");
    expect(front().changes()).toEqual([]);
  });

  it("a run cut off between user and secret is repaired by the next", async () => {
    await afterUp();
    const failed = '{"__type":"InvalidRequestException","Message":"no"}';
    front().fail({ on: "PutSecretValue", times: 1, answer: { status: 400, body: failed } });
    expect((await set("redis-app")).code).toBe(exitCodes.failed.code);
    expect((await set("redis-app")).code).toBe(0);
    const { password } = await valueOf("redis-app");
    for (const key of redisUsersOf("redis-app")) {
      expect(front().users.get(userId(key))?.passwords).toEqual([password]);
    }
  });

  it("made anew under a secret that has a value: switched on with it", async () => {
    await afterUp();
    await set("redis-metrics");
    front().users.create(userId("metrics"), SWITCHED_OFF);
    const { code, stderr } = await set("redis-metrics");
    expect(code, stderr).toBe(0);
    const { password } = await valueOf("redis-metrics");
    expect(front().users.get(userId("metrics"))?.passwords).toEqual([password]);
  });
});
