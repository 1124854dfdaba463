import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  type GetLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { RDSClient } from "@aws-sdk/client-rds";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { createHandler } from "../../../functions/release-gate/handler";
import type { Reply } from "../../../functions/release-gate/event";
import { Records } from "../../../functions/release-gate/records";
import type { GateState } from "../../../functions/release-gate/state";
import type { Ask } from "../../../functions/release-gate/smoke";
import { FakeEcs } from "./fake-ecs";
import { FakeDatabase } from "./fake-database";
import { FakeSnapshots } from "./fake-snapshots";
import { type Around, FakeTable } from "./fake-table";
import { settings } from "./fixtures";

/** What happens to a call: nothing, refused before it did anything, or done and the answer lost. */
export type Fault = "none" | "throttled" | "refused" | "lost" | "dead";

const region = "ap-northeast-1";
const ecs = new ECSClient({ region });
const rds = new RDSClient({ region });
const logs = new CloudWatchLogsClient({ region });
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region }));
/** Made once: the stubs of a thousand scenarios would keep all their calls. */
const stubs = { ecs: mockClient(ecs), rds: mockClient(rds), logs: mockClient(logs), documents: mockClient(documents) };

/**
 * The AWS that the gate sees: ECS, RDS, CloudWatch Logs and DynamoDB at the level of the SDK's commands. The answers are
 * written by hand, in the SDK's own output types: nothing here was recorded from AWS. Blue/green deployments and their
 * hooks exist in no emulator. One at a time: the latest is what the clients reach.
 */
export class FakeAws {
  /** Milliseconds since 1970. */
  time = Date.parse("2026-11-24T00:00:00Z");
  readonly table = new FakeTable();
  readonly database = new FakeDatabase();
  readonly snapshots = new FakeSnapshots(() => this.time);
  readonly ecs = new FakeEcs(this.database, () => this.time);
  /** Every call that was made, by name. */
  readonly calls: string[] = [];
  /** Every line that the gate logged. */
  readonly lines: { message: string; fields: Record<string, unknown> }[] = [];
  /** Decides what happens to the next call. */
  fault: (name: string) => Fault = () => "none";
  /** How many turns of the event loop the next call takes, so that calls of the function overtake each other. */
  turns: () => number = () => 1;
  ask: Ask = () => Promise.resolve({ status: 200, body: '{"status":"ok","release":"v2"}' });
  /** Of a call of the function. */
  secondsLeft = 300;
  /** Seconds after a task's end until its lines are in the log. */
  logDelay = 0;
  private dead = false;

  readonly records = new Records(documents, settings.table);

  constructor() {
    for (const stub of Object.values(stubs)) stub.reset();
    this.ecs.install(stubs.ecs, this.around);
    this.snapshots.install(stubs.rds, this.around);
    this.table.install(stubs.documents, this.around);
    stubs.logs.on(GetLogEventsCommand).callsFake(
      this.around("GetLogEvents", (input: GetLogEventsCommandInput): GetLogEventsCommandOutput => {
        const { logStreamName, nextToken } = input;
        const task = this.ecs.byStream(logStreamName ?? "");
        if (task === undefined || this.time < task.endsAt + this.logDelay * 1000) {
          throw new ResourceNotFoundException({ message: "The specified log stream does not exist.", $metadata: {} });
        }
        const events = nextToken === undefined ? task.lines.map((message) => ({ message })) : [];
        return { events, nextForwardToken: "f/end", $metadata: {} };
      }),
    );
  }

  /** One call of the function, in an instance of its own. */
  async invoke(event: unknown): Promise<Reply> {
    this.dead = false;
    // Each call that a stub remembers holds a stack trace: thousands of scenarios would fill the memory.
    for (const stub of Object.values(stubs)) stub.resetHistory();
    const handler = createHandler(
      (_context, say) => ({
        settings,
        ecs,
        rds,
        logs,
        records: this.records,
        ask: this.ask,
        now: () => new Date(this.time),
        pause: (seconds) => {
          this.time += seconds * 1000;
          return Promise.resolve();
        },
        secondsLeft: () => this.secondsLeft,
        say,
      }),
      (message, fields = {}) => void this.lines.push({ message, fields }),
    );
    return handler(event);
  }

  /** As ECS does it: again and again, with the details of the reply before, until there is a result. */
  async poll(event: Record<string, unknown>, calls = 500): Promise<Reply> {
    let hookDetails: unknown;
    for (let call = 0; call < calls; call++) {
      const reply = await this.invoke(hookDetails === undefined ? event : { ...event, hookDetails });
      if (reply.hookStatus !== "IN_PROGRESS") return reply;
      hookDetails = reply.hookDetails;
      this.time += (reply.callBackDelay ?? 30) * 1000;
    }
    throw new Error(`No result after ${calls} calls`);
  }

  /** The stubs never let go of what was installed in them: what is large has to go by itself. */
  forget(): void {
    for (const list of [this.calls, this.lines, this.ecs.tasks]) list.splice(0);
    this.ecs.definitions.clear();
    this.table.clear();
  }

  stateOf(id: string): GateState | undefined {
    const found = this.table.all("release").find((item) => item.id === id);
    return found?.state as GateState | undefined;
  }

  isDone(id: string): boolean {
    return this.stateOf(id)?.step.at === "done";
  }

  private readonly around: Around = (name, effect) => async (input) => {
    for (let turn = this.turns(); turn > 0; turn--) await Promise.resolve();
    this.calls.push(name);
    const fault = this.dead ? "dead" : this.fault(name);
    if (fault === "dead") this.dead = true;
    if (fault === "throttled" || fault === "dead") throw failure("ThrottlingException", "Rate exceeded", 400);
    if (fault === "refused") throw failure("AccessDeniedException", "not authorized to perform this", 400);
    const output = effect(input);
    if (fault === "lost") throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    return output;
  };
}

function failure(name: string, message: string, httpStatusCode: number): Error {
  return Object.assign(new Error(message), { name, $fault: "client", $metadata: { httpStatusCode } });
}
