import { AsyncLocalStorage } from "node:async_hooks";
import * as grpc from "@grpc/grpc-js";
import type * as protocol from "@pulumi/pulumi/proto/provider_pb";
import { PropertyDiff, type DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { info } from "@pulumi/pulumi/log";
import * as pulumi from "@pulumi/pulumi/provider";
import { resetOptions } from "@pulumi/pulumi/runtime/settings";
import type { Values } from "../schema/values";
import type { Change } from "./difference";

/**
 * What the engine says of a call beyond what the SDK's provider interface hands over. The SDK serves; this adds the
 * provider's configuration, previews of create and update, the old arguments, and detailed diffs.
 */
export interface Call {
  preview: boolean;
  oldInputs: Values | undefined;
  /** Random bytes of the engine's choice, for names. */
  seed: Uint8Array;
  changes: readonly Change[];
  /** A refusal to report as it is; thrown, the SDK would print its stack. */
  failure: Error | undefined;
}

const calls = new AsyncLocalStorage<Call>();

export function newCall(facts: Partial<Call> = {}): Call {
  return { preview: false, oldInputs: undefined, seed: new Uint8Array(), changes: [], failure: undefined, ...facts };
}

export function currentCall(): Call {
  return calls.getStore() ?? newCall();
}

export interface ConfiguredProvider extends pulumi.Provider {
  /** Refuses settings that the real provider does not have. */
  configure(settings: Values): void;
}

/** Runs what a call does with the engine's facts at hand. */
export function duringCall<Result>(call: Call, act: () => Result): Result {
  return calls.run(call, act);
}

type Callback = (error: unknown, response: unknown, metadata?: unknown) => void;
type Method = (call: { request: unknown }, callback: Callback) => unknown;
type AddService = (this: grpc.Server, ...args: Parameters<grpc.Server["addService"]>) => void;
interface Struct {
  toJavaScript(): unknown;
}

function values(struct: unknown): Values | undefined {
  return (struct as Struct | undefined)?.toJavaScript() as Values | undefined;
}

const KINDS = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

function detail(response: DiffResponse, changes: readonly Change[]): void {
  response.setHasdetaileddiff(true);
  response.setDiffsList([...new Set(changes.map((change) => change.path.split(/[.[]/)[0] ?? change.path))]);
  for (const change of changes) {
    const entry = new PropertyDiff();
    entry.setKind(KINDS[change.kind][change.replaces ? 1 : 0]);
    entry.setInputdiff(true);
    response.getDetaileddiffMap().set(change.path, entry);
  }
}

/** The SDK's service with the calls of it that it leaves short filled up. */
function completed(
  service: Record<string, Method>,
  provider: ConfiguredProvider,
  banner: string | undefined,
): Record<string, Method> {
  const within = (
    name: string,
    facts: (request: never) => Partial<Call>,
    finish?: (call: Call, response: never) => void,
  ) => {
    const method: Method = (call, callback) => {
      const store = newCall(facts(call.request as never));
      const answer: Callback = (error, response, metadata) => {
        const failure = store.failure;
        if (failure !== undefined) return callback({ code: grpc.status.UNKNOWN, message: failure.message }, null);
        if (finish && !error) finish(store, response as never);
        callback(error, response, metadata);
      };
      return duringCall(store, () => service[name]?.call(service, call, answer));
    };
    return method;
  };
  return Object.assign(Object.create(service) as Record<string, Method>, {
    configure: (call: { request: unknown }, callback: Callback) => {
      const answer: Callback = (error, response) => {
        const configured = response as protocol.ConfigureResponse | undefined;
        configured?.setSupportspreview(true);
        // Resources given as arguments arrive as their ids.
        configured?.setAcceptresources(false);
        callback(error, response);
      };
      try {
        provider.configure(values((call.request as protocol.ConfigureRequest).getArgs()) ?? {});
      } catch (error) {
        return callback({ code: grpc.status.UNKNOWN, message: String(error) }, undefined);
      }
      if (banner !== undefined) announce(banner);
      return service["configure"]?.call(service, call, answer);
    },
    check: within("check", (request: protocol.CheckRequest) => ({ seed: request.getRandomseed_asU8() })),
    diff: within(
      "diff",
      (request: protocol.DiffRequest) => ({ oldInputs: values(request.getOldInputs()) }),
      (call, response: DiffResponse) => detail(response, call.changes),
    ),
    create: within("create", (request: protocol.CreateRequest) => ({ preview: request.getPreview() })),
    read: within("read", (request: protocol.ReadRequest) => ({ oldInputs: values(request.getInputs()) })),
    update: within("update", (request: protocol.UpdateRequest) => ({
      preview: request.getPreview(),
      oldInputs: values(request.getOldInputs()),
    })),
    delete: within("delete", () => ({})),
    invoke: within("invoke", () => ({})),
  });
}

/** Shows a line among the messages of the run; what a provider writes to its own output, the engine shows to nobody. */
function announce(line: string): void {
  const engine = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  if (engine === undefined) return;
  resetOptions("", "", 1, engine, "", false, "");
  // The run may be over before the line arrives.
  info(line).catch(() => undefined);
}

/**
 * Serves a provider to the engine until it is told to stop.
 * @param banner - shown with the messages of each run
 */
export function serve(provider: ConfiguredProvider, banner?: string): Promise<void> {
  const { addService } = grpc.Server.prototype as { addService: AddService };
  grpc.Server.prototype.addService = function (this: grpc.Server, definition, service) {
    addService.call(this, definition, completed(service as Record<string, Method>, provider, banner) as typeof service);
  };
  return pulumi.main(provider, process.argv.slice(2));
}
