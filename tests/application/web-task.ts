import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerDefinition } from "../../components/compute/container-definition";
import { type ContainerContext, webContainers } from "../../components/compute/containers";
import { image } from "../../components/compute/image-contract";
import { laravelEnvironment } from "../../components/compute/laravel";
import { containers as names, ports } from "../../config/vocabulary";
import { layOut, type Place, type Running, start } from "./task";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** Settings of a web task as the program computes them; what only AWS knows is made up. */
export const settings = {
  ...laravelEnvironment("web", {
    environment: "production",
    region: "ap-northeast-1",
    hostname: "affiliate-system.com",
    vpcCidr: "10.0.0.0/16",
    databaseWriterHost: "writer.example",
    databaseReaderHost: "reader.example",
    databasePort: 3306,
    databaseName: "affiliate_production",
    sessionsHost: "sessions.example",
    cacheHost: "cache.example",
    redisPort: 6379,
    uploadsBucket: "uploads",
    retryAfterSeconds: 150,
  }),
  RELEASE: "v1.2.3",
};

export function contextOf(memoryMiB: number, environment: Record<string, string> = settings): ContainerContext {
  const [image, region, logGroup] = ["unused", "ap-northeast-1", "unused"];
  return { image, region, logGroup, memoryMiB, environment, secrets: {} };
}

/** A folder and two free ports. */
export async function place(alter?: (text: string) => string): Promise<Place> {
  const [webPort, fpmPort] = await Promise.all([freePort(), freePort()]);
  const made = { folder: mkdtempSync(path.join(tmpdir(), "task-")), webPort, fpmPort };
  layOut(made, alter);
  return made;
}

/** A web task: php-fpm first, nginx once it is healthy, as the definition's dependencies say. */
export class WebTask {
  private constructor(
    readonly place: Place,
    readonly definitions: readonly ContainerDefinition[],
    readonly fpm: Running,
    readonly nginx: Running,
  ) {}

  static async start(
    memoryMiB: number,
    more: { environment?: Record<string, string>; alter?: (text: string) => string } = {},
  ): Promise<WebTask> {
    const where = await place(more.alter);
    const definitions = webContainers(contextOf(memoryMiB));
    const [nginx, app] = [named(definitions, names.nginx), named(definitions, names.app)];
    // The load balancer of the tests is on this machine.
    const environment = { APP_KEY: "base64:made-up", TRUSTED_PROXIES: "10.0.0.0/16,127.0.0.1", ...more.environment };
    const fpm = start(where, app, environment);
    const started = [fpm];
    const until = async (container: ContainerDefinition, running: Running) => {
      const deadline = Date.now() + 20_000;
      while (check(where, container).status !== 0) {
        const ended = await Promise.race([running.ended, sleep(100)]);
        if (ended !== undefined || Date.now() > deadline) {
          throw new Error(`${container.name} did not become healthy; it printed:\n${running.output()}`);
        }
      }
    };
    try {
      await until(app, fpm);
      const front = start(where, nginx);
      started.push(front);
      await until(nginx, front);
      return new WebTask(where, definitions, fpm, front);
    } catch (error) {
      await end(started, where);
      throw error;
    }
  }

  ask(target: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: this.place.webPort, path: target, method, headers };
      const asked = request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("error", reject);
        answer.once("end", () => {
          const { statusCode = 0, headers } = answer;
          const bytes = Buffer.concat(chunks);
          resolve({ status: statusCode, headers, body: bytes.toString(), bytes });
        });
      });
      asked.once("error", reject);
      asked.end(body);
    });
  }

  /** What ECS would find. */
  health(name: string): number | null {
    return check(this.place, named(this.definitions, name)).status;
  }

  children(): number[] {
    const listed = spawnSync("pgrep", ["-P", String(this.fpm.process.pid)], { encoding: "utf8" });
    return listed.stdout.trim().split("\n").filter(Boolean).map(Number);
  }

  /** Access-log lines of nginx, parsed. */
  accessLog(): Record<string, unknown>[] {
    const lines = this.nginx.output().split("\n");
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async stop(): Promise<void> {
    await end([this.nginx, this.fpm], this.place);
  }
}

async function end(all: readonly Running[], { folder }: Place): Promise<void> {
  for (const running of all) {
    running.process.kill("SIGTERM");
    await running.ended;
  }
  rmSync(folder, { recursive: true, force: true });
}

function named(definitions: readonly ContainerDefinition[], name: string): ContainerDefinition {
  const found = definitions.find((container) => container.name === name);
  if (found === undefined) throw new Error(`the task has no container ${name}`);
  return found;
}

/** The definition's own health check, at this place's ports. */
function check({ webPort, fpmPort }: Place, { healthCheck }: ContainerDefinition): SpawnSyncReturns<string> {
  const command = (healthCheck?.command[1] ?? "")
    .replaceAll(image.fpmAddress, `127.0.0.1:${fpmPort}`)
    .replaceAll(`127.0.0.1:${ports.web}/`, `127.0.0.1:${webPort}/`);
  return spawnSync("sh", ["-c", command], { encoding: "utf8" });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** KiB that processes hold; what several share counts by its share. */
export function memoryKiB(pids: readonly number[]): number {
  const sizes = pids.map((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
