import { join } from "node:path";
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  InvokeResult,
  ReadResult,
  UpdateResult,
} from "@pulumi/pulumi/provider";
import { Cloud } from "../cloud/cloud";
import { CloudError } from "../cloud/errors";
import { Faults } from "../cloud/faults";
import { Journal, type CallKind } from "../cloud/journal";
import { Outage } from "../cloud/outage";
import { REPOSITORY } from "../repository";
import { checkInputs } from "../schema/check";
import type { ResourceSchema } from "../schema/kinds";
import type { PackageName } from "../schema/packages";
import { Schema } from "../schema/schema";
import { hasUnknown, isMap, plainValues, type Values } from "../schema/values";
import { autoname, keepsItsName } from "./autoname";
import { difference, type Replacements } from "./difference";
import { currentCall, type ConfiguredProvider } from "./protocol";
import { Service, type Settings } from "./service";
import type { Shape, Shapes } from "./shape";
import { planned, settled, withSecrets } from "./state";
import { Trials } from "./trials";
import { settingFaults } from "./settings";
import { nameOf, typeOf } from "./urn";

/** What one simulated provider is made of, beside what all have in common. */
export interface ProviderParts {
  readonly name: PackageName;
  readonly shapes: Shapes;
  /** Where to add a shape, for the error on a type without one. */
  readonly shapesFolder: string;
  readonly replacements?: Readonly<Record<string, Replacements>>;
  /** Seconds that a call takes in the real cloud. */
  readonly seconds?: (type: string, call: CallKind) => number;
  readonly invokes?: Readonly<Record<string, (args: Values, place: { account: string; region: string }) => Values>>;
}

const DEFAULT_CLOUD = join(REPOSITORY, "sandbox", ".cloud");
const NO_RULES: Replacements = { always: [] };
const VERBS = { create: "creating", read: "reading", update: "updating", delete: "deleting" } as const;

/** One simulated provider: it knows types from the typings, and keeps resources in the cloud's folder. */
export class SimulatedProvider implements ConfiguredProvider {
  readonly schema = "{}";
  readonly version: string;
  protected settings: Settings = { account: "global", region: "global", tags: {} };
  private readonly known: Schema;
  private readonly cloud: Cloud;
  private readonly journal: Journal;
  private readonly trials: Trials;
  private readonly outage = new Outage();
  private readonly planOnly = process.env["SANDBOX_PLAN"] === "1";

  constructor(
    private readonly parts: ProviderParts,
    folder: string = process.env["SANDBOX_CLOUD"] ?? DEFAULT_CLOUD,
  ) {
    this.known = new Schema(parts.name);
    this.version = this.known.source.version;
    this.cloud = new Cloud(folder);
    this.journal = new Journal(folder);
    this.trials = new Trials(new Faults(folder), parts.seconds ?? (() => 0));
  }

  configure(settings: Values): void {
    const schema = this.known.resource(`pulumi:providers:${this.parts.name}`);
    const faults = schema === undefined ? [] : settingFaults(schema, settings);
    if (faults.length === 0) return;
    throw new Error(faults.map(({ property, reason }) => `${this.parts.name}:${property}: ${reason}`).join("; "));
  }

  async cancel(): Promise<void> {
    this.trials.cancel();
    return Promise.resolve();
  }

  async check(urn: string, olds: Values, news: Values): Promise<CheckResult> {
    const type = typeOf(urn);
    await this.tried("check", type, urn);
    const schema = this.known.resource(type);
    if (schema === undefined) return fault("", this.known.unknownType(type));
    const shape = this.parts.shapes[type];
    if (shape === undefined) {
      const where = `${this.parts.shapesFolder}: add an entry for ${type}`;
      return fault("", `the simulated cloud does not know how ${type} answers yet (${where})`);
    }
    const named = autoname(schema, shape, this.withDefaults(schema, news), urn, olds, currentCall().seed);
    if ("reason" in named) return fault(named.property, named.reason);
    const { inputs } = named;
    const failures = checkInputs(schema, inputs);
    if (failures.length === 0 && shape.plan) {
      const found = shape.plan(this.service(schema, shape).request(urn, plainValues(inputs), 0));
      for (const [property, reason] of Object.entries(found)) {
        if (typeof reason === "string" && !hasUnknown(inputs[property] ?? null)) failures.push({ property, reason });
      }
    }
    return { inputs, failures };
  }

  async diff(_id: string, urn: string, olds: Values, news: Values): Promise<DiffResult> {
    const { schema, shape } = this.typeKnown(urn);
    const rules = this.parts.replacements?.[schema.token] ?? NO_RULES;
    const call = currentCall();
    await this.tried("diff", schema.token, urn);
    const before = call.oldInputs ?? Object.fromEntries(Object.entries(olds).filter(([key]) => key in schema.inputs));
    call.changes = difference(schema, rules, before, news);
    const replacing = call.changes.filter((change) => change.replaces);
    const replaces = [...new Set(replacing.map((change) => change.path.split(/[.[]/)[0] ?? ""))];
    const deleteFirst = rules.deleteFirst ?? keepsItsName(schema, shape, urn, before, news);
    const deleteBeforeReplace = replaces.length > 0 && deleteFirst;
    return { changes: call.changes.length > 0, replaces, deleteBeforeReplace };
  }

  async create(urn: string, inputs: Values): Promise<CreateResult> {
    const { schema, service } = this.typeKnown(urn);
    if (currentCall().preview) return { id: "", outs: withSecrets(schema, planned(schema, inputs)) };
    return this.reported("create", urn, async () => {
      this.refuseLost(schema, inputs);
      const rule = await this.trials.before(schema.token, "create", nameOf(urn));
      const { id, state } = service.create(urn, inputs);
      await this.trials.after(rule, urn, "create", { id, properties: state });
      return { id, outs: state };
    });
  }

  async read(id: string, urn: string, props: Values): Promise<ReadResult> {
    const { schema, service } = this.typeKnown(urn);
    return this.reported("read", urn, async () => {
      this.refusePlan(`reading ${schema.token} ${id}`);
      this.refuseLost(schema, props);
      const rule = await this.trials.before(schema.token, "read", nameOf(urn));
      const found = this.trials.denies(rule, urn) ? undefined : service.read(id, props, currentCall().oldInputs);
      await this.trials.after(rule, urn, "read", { id, properties: props });
      return found === undefined ? { id: "", props: {} } : { id: found.id, props: found.state, inputs: found.inputs };
    });
  }

  async update(id: string, urn: string, olds: Values, news: Values): Promise<UpdateResult> {
    const { schema, service } = this.typeKnown(urn);
    if (currentCall().preview) return { outs: withSecrets(schema, settled(schema, olds, news)) };
    return this.reported("update", urn, async () => {
      this.refuseLost(schema, news);
      const rule = await this.trials.before(schema.token, "update", nameOf(urn));
      const outs = service.update(id, urn, olds, news);
      await this.trials.after(rule, urn, "update", { id, properties: outs });
      return { outs };
    });
  }

  async delete(id: string, urn: string, props: Values): Promise<void> {
    const { schema, service } = this.typeKnown(urn);
    await this.reported("delete", urn, async () => {
      this.refuseLost(schema, props);
      const rule = await this.trials.before(schema.token, "delete", nameOf(urn));
      service.delete(id, urn, props);
      await this.trials.after(rule, urn, "delete", { id, properties: props });
    });
  }

  async invoke(token: string, args: Values): Promise<InvokeResult> {
    return this.reported("invoke", token, async () => {
      this.refusePlan(`the call ${token}`);
      this.outage.refuse(this.settings.region, args);
      const known = this.parts.invokes ?? {};
      const answer = known[token];
      if (answer === undefined) {
        const list = Object.keys(known).join(", ") || "none";
        throw new CloudError("UnknownFunction", `the simulated cloud answers no ${token}; known are: ${list}`);
      }
      return Promise.resolve({ outputs: answer(plainValues(args), this.settings) });
    });
  }

  private refusePlan(what: string): void {
    if (!this.planOnly) return;
    throw new CloudError(
      "RefusedWhilePlanning",
      `${what} was refused: the plan needs no cloud, and nothing may ask it`,
    );
  }

  private refuseLost(schema: ResourceSchema, values: Values): void {
    // Other providers' clouds have no regions of AWS.
    if (this.parts.name !== "aws") return;
    const inputs = plainValues(values);
    const region = typeof inputs["region"] === "string" ? inputs["region"] : this.settings.region;
    this.outage.refuse("region" in schema.inputs ? region : undefined, inputs);
  }

  private withDefaults(schema: ResourceSchema, news: Values): Values {
    const inputs = { ...news };
    if ("region" in schema.inputs && (inputs["region"] ?? null) === null && this.settings.region !== "global") {
      inputs["region"] = this.settings.region;
    }
    const tags = inputs["tags"] ?? {};
    const defaults = this.settings.tags;
    if ("tags" in schema.inputs && "tagsAll" in schema.outputs && Object.keys(defaults).length > 0 && isMap(tags)) {
      inputs["tags"] = { ...defaults, ...tags };
    }
    return inputs;
  }

  private service(schema: ResourceSchema, shape: Shape): Service {
    return new Service(this.cloud, this.settings, schema, shape);
  }

  /** A type that has passed check. */
  private typeKnown(urn: string): { schema: ResourceSchema; shape: Shape; service: Service } {
    const type = typeOf(urn);
    const schema = this.known.resource(type);
    const shape = this.parts.shapes[type];
    if (schema === undefined || shape === undefined) throw new Error(this.known.unknownType(type));
    return { schema, shape, service: this.service(schema, shape) };
  }

  /** A call that the cloud does not see may be asked to go wrong too. */
  private async tried(call: "check" | "diff", type: string, urn: string): Promise<void> {
    try {
      await this.trials.during(type, call, nameOf(urn));
    } catch (error) {
      if (error instanceof CloudError) currentCall().failure = error;
      throw error;
    }
  }

  /** Writes the call down, and says a refusal without a stack: "creating aws:iam/role:Role (web): …". */
  private async reported<Result>(
    call: keyof typeof VERBS | "invoke",
    urn: string,
    act: () => Promise<Result>,
  ): Promise<Result> {
    const type = call === "invoke" ? urn : typeOf(urn);
    try {
      const result = await act();
      this.journal.write({ call, type, urn, outcome: "ok" });
      return result;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.journal.write({ call, type, urn, outcome: reason });
      if (error instanceof CloudError) {
        const what = call === "invoke" ? "" : `${VERBS[call]} ${type} (${nameOf(urn)}): `;
        currentCall().failure = new Error(`${what}${reason}`);
      }
      throw error;
    }
  }
}

function fault(property: string, reason: string): CheckResult {
  return { failures: [{ property, reason }] };
}
