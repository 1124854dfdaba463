import * as pulumi from "@pulumi/pulumi";
import { answer } from "./answers";
import "./lean-sdk";

/** A resource as the program registered it, before any provider saw it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; undefined at the top. */
  readonly parent: string | undefined;
  /** False for components. */
  readonly custom: boolean;
  /** Inputs with outputs resolved and secrets unwrapped; what is unknown at preview is absent. */
  readonly inputs: Record<string, unknown>;
  /** Top-level inputs that were secret. */
  readonly secretInputs: readonly string[];
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly deleteBeforeReplace: boolean;
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    /** URNs: those of dependsOn, and those whose outputs are among the inputs. */
    readonly dependencies: readonly string[];
    readonly customTimeouts: Readonly<Partial<Record<"create" | "update" | "delete", string>>>;
  };
  /** The URNs that each property takes a value from. */
  readonly links: Readonly<Record<string, readonly string[]>>;
}

export interface RecordOptions {
  /** As `pulumi preview`: ids and computed attributes are unknown. @default false */
  readonly preview?: boolean;
  /** Region of the default provider. @default "ap-northeast-1" */
  readonly region?: string;
  /** @default "123456789012" */
  readonly accountId?: string;
  /** Stack configuration, by full key ("affiliate:domain"). @default none */
  readonly config?: Record<string, string>;
  /** @default "production" */
  readonly stack?: string;
  /** Under a root stack, as a whole program runs: what transforms all of a stack needs one. @default false */
  readonly whole?: boolean;
}

/** What a piece of program registered, in order. */
export class Recording<T> {
  constructor(
    readonly resources: readonly Recorded[],
    readonly invokes: readonly string[],
    readonly result: T,
  ) {}

  /** All of one type, in order of registration. */
  ofType(type: string): readonly Recorded[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The one resource of this type (and name); throws when there are none or several. */
  one(type: string, name?: string): Recorded {
    const found = this.ofType(type).filter((resource) => name === undefined || resource.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const known = this.ofType(type).map((resource) => resource.name);
      throw new Error(`${found.length} resources ${type} ${name ?? ""}; of this type: ${known.join(", ") || "none"}`);
    }
    return only;
  }

  /** How many of each type, components included: for exact comparison. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of this.resources) counts[type] = (counts[type] ?? 0) + 1;
    return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Runs a piece of program under Pulumi's mocks; returns when each resource it registered has its URN. */
export async function record<T>(make: () => T | Promise<T>, options: RecordOptions = {}): Promise<Recording<T>> {
  const { preview = false, region = "ap-northeast-1", accountId = "123456789012", stack = "production" } = options;
  const { whole = false } = options;
  const resources: Recorded[] = [];
  const invokes: string[] = [];
  let request: RegisterRequest | undefined;

  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const { plain, secrets } = unwrap(inputs as Record<string, unknown>);
        const registered = request;
        if (registered !== undefined && type !== ROOT) {
          resources.push({
            type,
            name,
            urn: "",
            parent: isRoot(registered.getParent()) ? undefined : registered.getParent(),
            custom: registered.getCustom(),
            inputs: plain,
            secretInputs: secrets,
            options: optionsOf(registered),
            links: linksOf(registered),
          });
        }
        const isComponent = registered !== undefined && !registered.getCustom() && !registered.getRemote();
        if (isComponent) return { id: undefined, state: {} };
        // A component in a plugin has outputs of its own; a resource's outputs begin as its inputs.
        const echoed = type.startsWith("awsx:") ? {} : (inputs as Record<string, unknown>);
        if (preview) return { id: undefined, state: echoed };
        const { id, attributes } = answer({ type, name, inputs: plain, region, accountId });
        return { id, state: { ...echoed, ...attributes } };
      },
      call: ({ token }) => {
        invokes.push(token);
        throw new Error(`The program called ${token}: it plans without asking a cloud`);
      },
    },
    "affiliate",
    stack,
    preview,
  );
  // The mock interface hands over neither the parent nor the options; the request has both.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (incoming, callback) => {
    if (incoming.getType() === ROOT) return register(incoming, callback);
    const at = resources.length;
    request = incoming;
    const done = register(incoming, (error, response) => {
      const recorded = resources[at];
      if (recorded !== undefined && response !== undefined) resources[at] = { ...recorded, urn: response.getUrn() };
      callback(error, response);
    });
    request = undefined;
    return done;
  };
  pulumi.runtime.setAllConfig({ "aws:region": region, ...options.config });

  const result = whole ? await inStack(make) : await make();
  // Waits for all registrations that are under way and those that they set off, then lets go of the monitor.
  await pulumi.runtime.disconnect();
  return new Recording(resources, invokes, result);
}

const ROOT = "pulumi:pulumi:Stack";
const isRoot = (parent: string): boolean => parent === "" || parent.includes(`::${ROOT}::`);

/** Runs it as the language host runs a program. */
async function inStack<T>(make: () => T | Promise<T>): Promise<T> {
  let made: { result: T } | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    made = { result: await make() };
  });
  if (made === undefined) throw new Error("the stack did not run its program");
  return made.result;
}

/** The value of an output, for assertions. Not for unknown outputs at preview: they never come. */
export function valueOf<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    pulumi.output(output).apply((value) => resolve(value));
  });
}

interface RegisterRequest {
  getType(): string;
  getParent(): string;
  getCustom(): boolean;
  getRemote(): boolean;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(visit: (dependencies: { getUrnsList(): string[] }, key: string) => void): void;
  };
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
}

interface Monitor {
  registerResource(
    request: RegisterRequest,
    callback: (error: unknown, response: { getUrn(): string } | undefined) => void,
  ): Promise<void>;
}

function linksOf(request: RegisterRequest): Recorded["links"] {
  const links: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, key) => (links[key] = dependencies.getUrnsList()));
  return links;
}

function optionsOf(request: RegisterRequest): Recorded["options"] {
  const timeouts = request.getCustomtimeouts();
  const times = [
    ["create", timeouts?.getCreate()],
    ["update", timeouts?.getUpdate()],
    ["delete", timeouts?.getDelete()],
  ] as const;
  return {
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    dependencies: request.getDependenciesList(),
    customTimeouts: Object.fromEntries(times.filter(([, time]) => time)),
  };
}

function unwrap(inputs: Record<string, unknown>): { plain: Record<string, unknown>; secrets: string[] } {
  const secrets: string[] = [];
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(inputs)) {
    const inner = plainly(value);
    if (inner.secret) secrets.push(key);
    plain[key] = inner.value;
  }
  return { plain, secrets };
}

function plainly(value: unknown): { value: unknown; secret: boolean } {
  if (pulumi.runtime.isRpcSecret(value)) {
    return { value: plainly(pulumi.runtime.unwrapRpcSecret(value)).value, secret: true };
  }
  if (Array.isArray(value)) {
    const items = value.map(plainly);
    return { value: items.map((item) => item.value), secret: items.some((item) => item.secret) };
  }
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([key, item]) => [key, plainly(item)] as const);
    return {
      value: Object.fromEntries(entries.map(([key, item]) => [key, item.value])),
      secret: entries.some(([, item]) => item.secret),
    };
  }
  return { value, secret: false };
}
