import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { ContainerDefinition } from "../../components/compute/container-definition";
import { schedulerContainers, workerContainers } from "../../components/compute/containers";
import { APPLICATION, start } from "./task";
import { contextOf, place, WebTask } from "./web-task";

const STOP_SIGNAL = /^STOPSIGNAL (SIG[A-Z]+)$/m.exec(
  readFileSync(path.join(APPLICATION, "Dockerfile"), "utf8"),
)?.[1] as "SIGQUIT" | undefined;
if (STOP_SIGNAL === undefined) throw new Error("the Dockerfile names no stop signal");

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function webTask(more: Parameters<typeof WebTask.start>[1] = {}): Promise<WebTask> {
  const task = await WebTask.start(1024, more);
  stops.push(() => task.stop());
  return task;
}

describe("a web task that is stopped", () => {
  it("answers every request that it was given, under load", async () => {
    const task = await webTask();
    const statuses: (number | string)[] = [];
    // Five visitors, each request when the one before is answered; the load balancer sends to this task while it may.
    let registered = true;
    const visitor = async (wait: number) => {
      while (registered) {
        statuses.push(await task.ask(`/slow?ms=${wait}`).then(({ status }) => status, String));
      }
    };
    const visitors = [1, 20, 100, 400, 900].map(visitor);
    await sleep(1500);
    // ECS takes the task out of the target group before it stops it. Its 30 s of draining are 0 here: requests are in
    // hand when the signals come, in nginx and in php-fpm.
    registered = false;
    task.nginx.process.kill(STOP_SIGNAL);
    expect(await task.nginx.ended).toBe(0);
    task.fpm.process.kill(STOP_SIGNAL);
    expect(await task.fpm.ended).toBe(0);
    await Promise.all(visitors);
    expect(statuses.length).toBeGreaterThan(50);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it("lets php-fpm end what it has in hand, whoever is stopped first", async () => {
    const task = await webTask();
    const slow = task.ask("/slow?ms=1500");
    await sleep(500);
    task.fpm.process.kill(STOP_SIGNAL);
    expect((await slow).status).toBe(200);
    expect(await task.fpm.ended).toBe(0);
  });

  it("would lose requests on SIGTERM: that is why the image has another stop signal", async () => {
    const task = await webTask();
    const slow = task.ask("/slow?ms=1500").then(({ status }) => status, String);
    await sleep(500);
    task.nginx.process.kill("SIGTERM");
    expect(await slow).not.toBe(200);
  });
});

describe("a request that takes too long", () => {
  it("fails in the task, with a log line, and the next one is answered", async () => {
    const task = await webTask({
      alter: (text) => text.replace("request_terminate_timeout = 55s", "request_terminate_timeout = 1s"),
    });
    expect((await task.ask("/slow?ms=30000")).status).toBe(502);
    expect(task.fpm.output()).toContain("execution timed out");
    expect(task.accessLog().at(-1)).toMatchObject({ path: "/slow", status: 502 });
    expect((await task.ask("/health")).status).toBe(200);
  });
});

describe("a task that cannot start", () => {
  it("ends before php-fpm listens, and says why", async () => {
    await expect(WebTask.start(1024, { environment: { APP_KEY: "" } })).rejects.toThrow(
      "No application encryption key has been specified",
    );
  });
});

describe("workers and scheduler", () => {
  const worker = { queues: ["high", "default"], jobTimeoutSeconds: 90, stopTimeoutSeconds: 120 };
  const context = contextOf(1024);

  async function begin(definition: ContainerDefinition | undefined, begun: string) {
    if (definition === undefined) throw new Error("no container");
    const where = await place();
    const running = start(where, definition, { APP_KEY: "base64:made-up" });
    stops.push(async () => {
      running.process.kill("SIGKILL");
      await running.ended;
      rmSync(where.folder, { recursive: true, force: true });
    });
    await expect.poll(() => running.output(), { timeout: 10_000 }).toContain(begun);
    return running;
  }

  it.each([STOP_SIGNAL, "SIGTERM"] as const)("a worker ends after the job in hand on %s", async (signal) => {
    const running = await begin(workerContainers(context, worker)[0], "working");
    // The entry point has become the command: the process that ECS signals is PHP itself.
    expect(running.output()).toContain(`working ${running.process.pid} redis --queue=high,default --timeout=90`);
    const before = running.output().split("job done").length;
    running.process.kill(signal);
    expect(await running.ended).toBe(0);
    expect(running.output().split("job done").length).toBe(before + 1);
  });

  it.each([STOP_SIGNAL, "SIGTERM"] as const)("the scheduler waits for what it has started on %s", async (signal) => {
    const running = await begin(schedulerContainers(context)[0], "scheduling");
    running.process.kill(signal);
    expect(await running.ended).toBe(0);
    expect(running.output()).toContain("run finished");
  });
});
