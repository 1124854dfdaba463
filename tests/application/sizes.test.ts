import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { webContainers } from "../../components/compute/containers";
import { fpmChildren, fpmMemoryMiB } from "../../components/compute/php-fpm";
import { seconds } from "../../config/vocabulary";
import { settingsOfStack } from "../config/stack-files";
import { APPLICATION } from "./task";
import { contextOf, memoryKiB, WebTask } from "./web-task";

const setting = (file: string, pattern: RegExp): string => {
  const found = pattern.exec(readFileSync(path.join(APPLICATION, "docker", file), "utf8"))?.[1];
  if (found === undefined) throw new Error(`${file} has no ${pattern}`);
  return found;
};

describe("children of php-fpm", () => {
  it.each([
    [512, 2],
    [768, 6],
    [1408, 16],
    [1792, 22],
    [7936, 118],
  ])("%d MiB hold %d", (memory, children) => {
    expect(fpmChildren(memory)).toBe(children);
  });

  it("never take more than there is, and never are none", () => {
    for (let memory = 440; memory < 20_000; memory += 7) {
      const { opcache, master, files, child } = fpmMemoryMiB;
      expect(opcache + master + files + fpmChildren(memory) * child).toBeLessThanOrEqual(memory);
      expect(fpmChildren(memory)).toBeGreaterThan(0);
    }
    expect(() => fpmChildren(400)).toThrow(/400 MiB, and needs 440 .*Give affiliate:compute.web.memoryMiB more/);
  });

  it("counts with what the image and the task say", () => {
    expect(Number(setting("php/php.ini", /^opcache.memory_consumption = (\d+)$/m))).toBe(fpmMemoryMiB.opcache);
    const app = webContainers(contextOf(2048)).find(({ name }) => name === "app");
    const mounts = app?.linuxParameters.tmpfs ?? [];
    expect(mounts.reduce((sum, { size }) => sum + size, 0)).toBe(fpmMemoryMiB.files);
    expect(setting("php/php-fpm.conf", /^pm.max_children = (.+)$/m)).toBe("${FPM_MAX_CHILDREN}");
  });
});

describe("times", () => {
  const nginx = (name: string) => Number(setting("nginx/nginx.conf", new RegExp(`^\\s*${name} (\\d+)s;`, "m")));
  const fpm = (name: string) =>
    Number(
      setting("php/php-fpm.conf", new RegExp(`^${name.replace("[", "\\[").replace("]", "\\]")} = (\\d+)s?$`, "m")),
    );

  it("each hop gives up after the one behind it, so that the answer is the one that knows why", () => {
    const row = [
      fpm("php_admin_value[max_execution_time]"),
      fpm("request_terminate_timeout"),
      nginx("fastcgi_read_timeout"),
      seconds.viewerRead,
      seconds.balancerIdle,
      nginx("keepalive_timeout"),
    ];
    expect(row).toEqual([...row].sort((a, b) => a - b));
    expect(new Set(row).size).toBe(row.length);
  });

  it("an idle connection is closed by the side that would otherwise send into a closed one", () => {
    expect(seconds.viewerKeepAlive).toBeLessThan(seconds.balancerIdle);
    expect(seconds.balancerIdle).toBeLessThan(nginx("keepalive_timeout"));
    expect(nginx("client_header_timeout")).toBeGreaterThan(seconds.balancerIdle);
  });

  it("the longest request ends before ECS kills", () => {
    for (const patience of [nginx("worker_shutdown_timeout"), fpm("process_control_timeout")]) {
      expect(patience).toBeGreaterThan(nginx("fastcgi_read_timeout"));
      expect(patience).toBeLessThan(seconds.webStop);
    }
  });
});

describe("memory of a web task of production, with Debian's PHP", () => {
  const { memoryMiB } = settingsOfStack("production").compute.web;
  let task: WebTask;
  beforeAll(async () => {
    task = await WebTask.start(memoryMiB);
  });
  afterAll(() => task.stop());

  it("all children at once, each with a large request, fit into their container", async () => {
    const app = task.definitions.find(({ name }) => name === "app");
    const children = task.children();
    const limit = app?.memory ?? 0;
    expect(children).toHaveLength(fpmChildren(limit));
    // 40 MiB of PHP's own in each, held until all have been measured.
    const requests = Promise.allSettled(children.map(() => task.ask("/memory?mib=40&hold")));
    await expect.poll(() => memoryKiB(children) / 1024, { timeout: 20_000 }).toBeGreaterThan(children.length * 40);
    const held = memoryKiB([...children, task.fpm.process.pid ?? 0]) / 1024;
    writeFileSync(path.join(task.place.folder, "html/measured"), "");
    const answers = (await requests).map((answer) =>
      answer.status === "fulfilled" ? answer.value.status : String(answer.reason),
    );
    expect(answers).toEqual(children.map(() => 200));
    expect(held / children.length).toBeLessThan(fpmMemoryMiB.child);
    expect(held + fpmMemoryMiB.files).toBeLessThan(limit);
  });

  it("a request that wants more than its share fails alone", async () => {
    expect((await task.ask("/memory?mib=100")).status).toBe(200);
    expect((await task.ask("/memory?mib=200")).status).toBe(500);
    // php-fpm passes a child's lines on when it gets to it, which may be after the answer.
    await expect.poll(() => task.fpm.output()).toContain("Allowed memory size of 134217728 bytes exhausted");
    expect((await task.ask("/health")).status).toBe(200);
  });

  it("nginx stays small beside its files in memory", () => {
    const nginx = task.definitions.find(({ name }) => name === "nginx");
    const files = (nginx?.linuxParameters.tmpfs ?? []).reduce((sum, { size }) => sum + size, 0);
    expect(memoryKiB([task.nginx.process.pid ?? 0]) / 1024 + files).toBeLessThan(nginx?.memory ?? 0);
  });
});
