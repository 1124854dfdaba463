import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Emulator } from "./aws-emulator";
import { emulatorEnvironment } from "./aws-emulator";
import { elastiCacheUsers, type FakeUsers } from "./elasticache-users";

/** One request as AWS names it: `secretsmanager.PutSecretValue`, `ModifyUser`, `PUT /bucket/?lifecycle=`. */
export interface Call {
  readonly name: string;
  /** Milliseconds: when it came and when it was answered. */
  readonly began: number;
  ended: number;
  /** Whether AWS would have changed something. */
  readonly changes: boolean;
  /** That the request was signed for. */
  readonly region: string;
}

export interface Fault {
  /** A part of the call's name. */
  readonly on: string;
  readonly times: number;
  /** The answer in the service's own format, or the connection cut. */
  readonly answer: "cut" | { readonly status: number; readonly body: string };
}

/** Answers what the emulator does not know; nothing when the call is the emulator's. */
export type StandIn = (name: string, body: string) => Promise<{ status: number; body: string } | undefined>;
/** From a call's JSON to the answer's, or to a status with it. */
export type Written = (asked: Record<string, unknown>) => unknown;

/** A server before the emulator that records, can fail, and answers what moto does not know. */
export interface Front {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly calls: readonly Call[];
  readonly users: FakeUsers;
  changes(): string[];
  fail(fault: Fault): void;
  /** Takes back all faults. */
  heal(): void;
  /** Does something each time before such a call is passed on; "" is each call. */
  before(on: string, work: (call: Call) => Promise<void>): void;
  /** Forgets calls, faults and what is done before calls; the emulator keeps what it has. */
  quiet(): void;
  /** Answers such calls with what is written here after AWS's API reference, where moto has no such call. */
  write(on: string, answer: Written): void;
  /** Forgets calls, faults and stand-ins, and resets the emulator behind. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Passes requests on to the emulator, but for two things that moto 5.2 lacks and that are written here after AWS's API
 * reference: ElastiCache's ModifyUser (with a user that is "modifying" for a while), and NewerNoncurrentVersions of a
 * bucket's lifecycle, which moto takes and forgets.
 */
export async function startFront(
  emulator: Emulator,
  standIn: StandIn = () => Promise.resolve(undefined),
): Promise<Front> {
  const calls: Call[] = [];
  let faults: (Fault & { left: number })[] = [];
  let hooks: { on: string; work: (call: Call) => Promise<void> }[] = [];
  let writtenAnswers: { on: string; answer: Written }[] = [];
  const users = elastiCacheUsers();
  const lifecycles = new Map<string, Buffer>();

  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then(async (body) => {
      const call = { ...callOf(incoming, body), began: performance.now(), ended: Infinity };
      calls.push(call);
      outgoing.once("close", () => (call.ended = performance.now()));
      for (const { work } of hooks.filter(({ on }) => call.name.includes(on))) await work(call);
      const fault = faults.find(({ on, left }) => left > 0 && call.name.includes(on));
      if (fault !== undefined) {
        fault.left -= 1;
        if (fault.answer === "cut") return void incoming.socket.destroy();
        return reply(outgoing, fault.answer.status, fault.answer.body);
      }
      const written = writtenAnswers.find(({ on }) => call.name.includes(on));
      if (written !== undefined) {
        const answer = await written.answer(
          body.length === 0 ? {} : (JSON.parse(body.toString()) as Record<string, unknown>),
        );
        return reply(outgoing, 200, JSON.stringify(answer));
      }
      const known = users.answer(body.toString()) ?? (await standIn(call.name, body.toString()));
      if (known !== undefined) return reply(outgoing, known.status, known.body);
      const answer = await forward(emulator.endpoint, incoming, body).catch(() => undefined);
      // A caller that goes on after the emulator has ended sees what a proxy without its upstream gives: a cut connection.
      if (answer === undefined) return void incoming.socket.destroy();
      const lifecycle = incoming.url?.includes("?lifecycle") === true ? incoming.url.split("?")[0] : undefined;
      if (lifecycle !== undefined && answer.status < 300 && incoming.method === "PUT") lifecycles.set(lifecycle, body);
      const kept = lifecycle !== undefined && incoming.method === "GET" ? lifecycles.get(lifecycle) : undefined;
      outgoing.writeHead(answer.status, answer.headers);
      outgoing.end(answer.status === 200 ? (kept ?? answer.body) : answer.body);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const quiet = () => {
    calls.length = 0;
    faults = [];
    hooks = [];
  };
  return {
    endpoint,
    environment: emulatorEnvironment(endpoint),
    calls,
    users,
    changes: () => calls.filter((call) => call.changes).map((call) => call.name),
    fail: (fault) => void faults.push({ ...fault, left: fault.times }),
    heal: () => void (faults = []),
    before: (on, work) => void hooks.push({ on, work }),
    write: (on, answer) => void writtenAnswers.unshift({ on, answer }),
    quiet,
    async reset() {
      quiet();
      writtenAnswers = [];
      users.clear();
      lifecycles.clear();
      await emulator.reset();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function callOf(incoming: IncomingMessage, body: Buffer): Pick<Call, "name" | "changes" | "region"> {
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(incoming.headers.authorization ?? "")?.[1] ?? "";
  const target = incoming.headers["x-amz-target"];
  const action =
    typeof target === "string" ? target : (new URLSearchParams(body.toString("latin1")).get("Action") ?? undefined);
  if (action !== undefined) {
    return { name: action, region, changes: !/^(Get|List|Describe)/.test(action.split(".").at(-1) ?? "") };
  }
  const { method = "", url = "" } = incoming;
  return { name: `${method} ${url}`, region, changes: method !== "GET" && method !== "HEAD" };
}

function reply(outgoing: ServerResponse, status: number, body: string): void {
  outgoing.writeHead(status, { "content-type": body.startsWith("{") ? "application/x-amz-json-1.1" : "text/xml" });
  outgoing.end(body);
}

async function forward(endpoint: string, incoming: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }>((resolve, reject) => {
    const { method, headers, url = "/" } = incoming;
    const passed = request(`${endpoint}${url}`, { method, headers }, (answer) => {
      bodyOf(answer).then((content) => {
        const kept = { ...answer.headers };
        // The body may be another one: node counts it anew.
        for (const header of ["transfer-encoding", "content-length"]) delete kept[header];
        resolve({ status: answer.statusCode ?? 500, headers: { ...kept, connection: "close" }, body: content });
      }, reject);
    });
    passed.on("error", reject);
    passed.end(body);
  });
}
