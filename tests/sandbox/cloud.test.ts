import { spawn } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Cloud, type CloudResource } from "../../sandbox/cloud/cloud";
import { createFile, fileName, replaceFile } from "../../sandbox/cloud/files";
import { sealed, unsealed } from "../../sandbox/cloud/sealing";
import { secret, textOf } from "../../sandbox/schema/values";
import { temporaryFolder } from "./support/folder";

const REPOSITORY = join(__dirname, "../..");

function role(name: string, over: Partial<CloudResource> = {}): CloudResource {
  return {
    type: "aws:iam/role:Role",
    account: "123456789012",
    region: "global",
    key: name,
    id: name,
    urn: `urn:pulumi:test::affiliate::aws:iam/role:Role::${name}`,
    generation: 0,
    names: [`123456789012/iam-role/${name}`],
    created: "2026-11-24T00:00:00.000Z",
    inputs: { name },
    state: { name },
    computed: [],
    ...over,
  };
}

/** Runs a program with a cloud at hand in a process of its own, and gives what it printed. */
function inProcess(folder: string, body: string): Promise<string> {
  const program = `
    require("tsx/cjs");
    const { Cloud } = require("./sandbox/cloud/cloud");
    const cloud = new Cloud(${JSON.stringify(folder)});
    ${body}`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", program], { cwd: REPOSITORY, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    child.once("error", reject).once("close", () => resolve(text));
  });
}

describe("resources", () => {
  it("are kept, one file each, and found by place, type and all together", () => {
    const cloud = new Cloud(temporaryFolder());
    expect(cloud.create(role("web"))).toBeUndefined();
    expect(cloud.create(role("worker"))).toBeUndefined();
    expect(cloud.get(role("web"))?.state).toEqual({ name: "web" });
    expect(cloud.list("aws:iam/role:Role").map(({ id }) => id)).toEqual(["web", "worker"]);
    expect(cloud.all()).toHaveLength(2);
    expect(cloud.get(role("none"))).toBeUndefined();
  });

  it("differ by region and account", () => {
    const cloud = new Cloud(temporaryFolder());
    const group = (region: string): CloudResource =>
      role("logs", { type: "aws:cloudwatch/logGroup:LogGroup", region, names: [] });
    cloud.create(group("ap-northeast-1"));
    cloud.create(group("us-east-1"));
    expect(cloud.list("aws:cloudwatch/logGroup:LogGroup")).toHaveLength(2);
  });

  it("give their names back when they go", () => {
    const cloud = new Cloud(temporaryFolder());
    cloud.create(role("web"));
    cloud.remove(role("web"));
    expect(cloud.all()).toEqual([]);
    expect(cloud.create(role("web"))).toBeUndefined();
  });

  it("can be edited by anybody with a text editor", () => {
    const folder = temporaryFolder();
    const cloud = new Cloud(folder);
    cloud.create(role("web"));
    const place = join(folder, "resources", "aws", "iam~role", "Role");
    const [file = ""] = readdirSync(place);
    const text = readFileSync(join(place, file), "utf8");
    writeFileSync(join(place, file), text.replace('"state": {\n  "name": "web"', '"state": {\n  "name": "other"'));
    expect(cloud.get(role("web"))?.state["name"]).toBe("other");
  });
});

describe("names", () => {
  it("are held by one resource", () => {
    const cloud = new Cloud(temporaryFolder());
    cloud.create(role("web"));
    expect(cloud.create(role("web", { key: "other" }))).toEqual({ name: "123456789012/iam-role/web" });
    expect(cloud.all()).toHaveLength(1);
  });

  it("are taken all or none", () => {
    const cloud = new Cloud(temporaryFolder());
    cloud.create(role("b"));
    const both = role("ab", { names: ["123456789012/iam-role/a", "123456789012/iam-role/b"] });
    expect(cloud.create(both)).toEqual({ name: "123456789012/iam-role/b" });
    expect(cloud.create(role("a"))).toBeUndefined();
  });

  it("go to one of two processes that ask at the same moment", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const begin = Date.now() + 3_000;
    const race = `
      while (Date.now() < ${begin}) {}
      let won = 0;
      for (let index = 0; index < 200; index += 1) {
        const resource = { ...${JSON.stringify(role("web"))}, key: process.pid + "/" + index, names: ["role/" + index] };
        if (cloud.create(resource) === undefined) won += 1;
      }
      console.log(won);`;
    const won = (await Promise.all([inProcess(folder, race), inProcess(folder, race)])).map(Number);
    expect((won[0] ?? 0) + (won[1] ?? 0)).toBe(200);
    expect(new Cloud(folder).all()).toHaveLength(200);
  });

  it("are free again when their holder was killed before it made the resource", async () => {
    const folder = temporaryFolder();
    const pid = await inProcess(folder, "console.log(process.pid)");
    const name = "123456789012/iam-role/web";
    const note = { name, file: join(folder, "resources", "gone.json"), pid: Number(pid) };
    replaceFile(join(folder, "names", fileName(name)), JSON.stringify(note));
    expect(new Cloud(folder).create(role("web"))).toBeUndefined();
  });

  it("stay taken while their holder is at work", () => {
    const folder = temporaryFolder();
    const name = "123456789012/iam-role/web";
    const note = { name, file: join(folder, "resources", "not-yet.json"), pid: process.pid };
    replaceFile(join(folder, "names", fileName(name)), JSON.stringify(note));
    expect(new Cloud(folder).create(role("web"))).toEqual({ name });
  });

  it("may be kept for some days after a deletion, with what the service says meanwhile", () => {
    const folder = temporaryFolder();
    const cloud = new Cloud(folder);
    const name = "123456789012/iam-role/web";
    const refusal = { code: "InvalidRequestException", message: "scheduled for deletion", operation: "CreateSecret" };
    cloud.reserve(name, 7, refusal);
    expect(cloud.create(role("web"))).toEqual({ name, refusal });
    cloud.reserve(name, -1, refusal);
    expect(cloud.create(role("web"))).toBeUndefined();
  });
});

describe("files", () => {
  it("are whole at any moment, for readers and after a kill", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const program = `
      require("tsx/cjs");
      const { Cloud } = require("./sandbox/cloud/cloud");
      const cloud = new Cloud(${JSON.stringify(folder)});
      const resource = { ...${JSON.stringify(role("web"))}, state: { text: "x".repeat(2_000_000) } };
      for (;;) cloud.update(resource);`;
    const writer = spawn(process.execPath, ["-e", program], { cwd: REPOSITORY, stdio: "inherit" });
    const gone = new Promise((resolve) => writer.once("exit", resolve));
    const cloud = new Cloud(folder);
    const whole = (): number => textOf(cloud.all()[0]?.state["text"]).length;
    await expect.poll(whole, { timeout: 20_000 }).toBe(2_000_000);
    for (let times = 0; times < 200; times += 1) expect(whole()).toBe(2_000_000);
    writer.kill("SIGKILL");
    await gone;
    expect(whole()).toBe(2_000_000);
  });

  it("are created by one only", () => {
    const file = join(temporaryFolder(), "deep", "file");
    expect([createFile(file, "a"), createFile(file, "b")]).toEqual([true, false]);
    expect(readFileSync(file, "utf8")).toBe("a");
  });

  it("have names that a person can read and that never meet", () => {
    expect(fileName("a/b")).not.toBe(fileName("a-b"));
    expect(fileName("arn:aws:iam::123456789012:role/web")).toMatch(/role-web~[0-9a-f]{10}$/);
    expect(fileName("x".repeat(500)).length).toBeLessThan(120);
  });
});

describe("a series", () => {
  it("never gives a number twice, over processes too", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const take = `for (let index = 0; index < 25; index += 1) console.log(cloud.next("web"));`;
    const taken = (await Promise.all([inProcess(folder, take), inProcess(folder, take)])).join("").trim().split("\n");
    expect(taken.map(Number).sort((one, other) => one - other)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    expect(new Cloud(folder).next("worker")).toBe(1);
  });
});

describe("secrets", () => {
  const password = { password: secret("canary-5f1"), users: [{ name: "app", password: secret("canary-8c2") }] };

  it("are no text in the cloud", () => {
    expect(JSON.stringify(sealed(password))).not.toContain("canary");
  });

  it("come back from the stack's state while they are the same", () => {
    expect(unsealed(sealed(password), password)).toEqual(password);
  });

  it("show that they were changed, and stay secret", () => {
    const changed = unsealed(sealed(password), { ...password, password: secret("other") });
    expect(changed).toMatchObject({
      users: password.users,
      password: secret(expect.stringContaining("changed outside") as never),
    });
  });
});
