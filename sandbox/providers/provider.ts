import { join } from "node:path";
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  InvokeResult,
  ReadResult,
  UpdateResult,
} from "@pulumi/pulumi/provider";
import { Cloud, type CloudResource, type Place } from "../cloud/cloud";
import { CloudError } from "../cloud/errors";
import { Faults } from "../cloud/faults";
import { Journal, type CallKind } from "../cloud/journal";
import { sealedValues, unsealed } from "../cloud/sealing";
import { checkInputs } from "../schema/check";
import type { ResourceSchema } from "../schema/kinds";
import type { PackageName } from "../schema/packages";
import { Schema } from "../schema/schema";
import { hasUnknown, isMap, plainValues, type Values } from "../schema/values";
import { autoname } from "./autoname";
import { difference, type Replacements } from "./difference";
import { currentCall, type ConfiguredProvider } from "./protocol";
import { Request } from "./request";
import { scoped, type Shape, type Shapes } from "./shape";
import { answers, planned, readInputs, settled, withSecrets } from "./state";
import { Trials } from "./trials";
import { nameOf, typeOf } from "./urn";

/** What one simulated provider is made of, beside what all have in common. */
export interface ProviderParts {
  readonly name: PackageName;
  readonly shapes: Shapes;
  /** Where to add a shape, for the error on a type without one. */
  readonly shapesFolder: string;
  readonly replacements?: Readonly<Record<string, Replacements>>;
  /** Seconds that a creation takes in the real cloud. */
  readonly seconds?: (type: string, call: CallKind) => number;
  readonly invokes?: Readonly<Record<string, (args: Values, place: { account: string; region: string }) => Values>>;
}

export interface Settings {
  readonly account: string;
  readonly region: string;
  readonly tags: Values;
}

const DEFAULT_CLOUD = join(__dirname, "..", ".cloud");
const NO_RULES: Replacements = { always: [] };

/** One simulated provider: it knows types from the typings, and keeps resources in the cloud's folder. */
export class SimulatedProvider implements ConfiguredProvider {
  readonly schema = "{}";
  readonly version: string;
  protected settings: Settings = { account: "global", region: "global", tags: {} };
  private readonly known: Schema;
  private readonly cloud: Cloud;
  private readonly journal: Journal;
  private readonly trials: Trials;
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

  configure(_settings: Values): void {
    // Datadog and GitHub need nothing from their configuration here.
  }

  async cancel(): Promise<void> {
    this.trials.cancel();
    return Promise.resolve();
  }

  async check(urn: string, olds: Values, news: Values): Promise<CheckResult> {
    const type = typeOf(urn);
    const schema = this.known.resource(type);
    if (schema === undefined) return Promise.resolve(fault("", this.known.unknownType(type)));
    const shape = this.parts.shapes[type];
    if (shape === undefined) {
      const where = `${this.parts.shapesFolder}: add an entry for ${type}`;
      return Promise.resolve(fault("", `the simulated cloud does not know how ${type} answers yet (${where})`));
    }
    const inputs = autoname(schema, shape, this.withDefaults(schema, news), urn, olds, currentCall().seed);
    const failures = checkInputs(schema, inputs);
    if (failures.length === 0 && shape.plan) {
      const found = shape.plan(this.request(urn, plainValues(inputs), 0));
      for (const [property, reason] of Object.entries(found)) {
        if (typeof reason === "string" && !hasUnknown(inputs[property] ?? null)) failures.push({ property, reason });
      }
    }
    return Promise.resolve({ inputs, failures });
  }

  async diff(_id: string, urn: string, olds: Values, news: Values): Promise<DiffResult> {
    const type = typeOf(urn);
    const schema = this.schemaOf(type);
    const call = currentCall();
    const before = call.oldInputs ?? Object.fromEntries(Object.entries(olds).filter(([key]) => key in schema.inputs));
    call.changes = difference(schema, this.parts.replacements?.[type] ?? NO_RULES, before, news);
    const replaces = call.changes
      .filter((change) => change.replaces)
      .map((change) => change.path.split(/[.[]/)[0] ?? "");
    return Promise.resolve({ changes: call.changes.length > 0, replaces: [...new Set(replaces)] });
  }

  async create(urn: string, inputs: Values): Promise<CreateResult> {
    const type = typeOf(urn);
    const schema = this.schemaOf(type);
    if (currentCall().preview) {
      return { id: "", outs: withSecrets(schema, planned(schema, inputs)) };
    }
    return this.reported("create", urn, async () => {
      const rule = await this.trials.before(type, "create", nameOf(urn));
      const resource = this.make(urn, schema, inputs);
      const outs = withSecrets(schema, { ...resource.state, ...inputs });
      await this.trials.after(rule, type, "create", { id: resource.id, properties: outs });
      return { id: resource.id, outs };
    });
  }

  async read(id: string, urn: string, props: Values): Promise<ReadResult> {
    this.refusePlan(`reading ${typeOf(urn)} ${id}`);
    const type = typeOf(urn);
    return this.reported("read", urn, async () => {
      await this.trials.before(type, "read", nameOf(urn));
      const resource = this.cloud.get(this.place(type, id, props));
      if (resource === undefined) return { id: "", props: {} };
      const schema = this.schemaOf(type);
      const state = unsealed(resource.state, props);
      const found = withSecrets(schema, isMap(state) ? { ...state } : {});
      const tagged = "tagsAll" in schema.outputs && isMap(found["tags"]) ? { tagsAll: found["tags"] } : {};
      return {
        id,
        props: { ...found, ...tagged },
        inputs: readInputs(schema, resource, found, currentCall().oldInputs),
      };
    });
  }

  async update(id: string, urn: string, olds: Values, news: Values): Promise<UpdateResult> {
    const type = typeOf(urn);
    const schema = this.schemaOf(type);
    if (currentCall().preview) return { outs: withSecrets(schema, settled(schema, olds, news)) };
    return this.reported("update", urn, async () => {
      const rule = await this.trials.before(type, "update", nameOf(urn));
      const found = this.cloud.get(this.place(type, id, olds));
      if (found === undefined)
        throw new CloudError("NotFoundException", `${type} ${id} does not exist`, undefined, 404);
      const inputs = plainValues(news);
      const request = this.request(urn, inputs, found.generation, found);
      const shape = this.shapeOf(type);
      shape.refuse?.(request);
      const made = answers(schema, shape, request);
      const state = { ...made, ...sealedValues(news) };
      this.cloud.update({ ...found, inputs: sealedValues(news), state, computed: Object.keys(made) });
      const outs = withSecrets(schema, { ...made, ...news });
      await this.trials.after(rule, type, "update", { id, properties: outs });
      return { outs };
    });
  }

  async delete(id: string, urn: string, props: Values): Promise<void> {
    const type = typeOf(urn);
    await this.reported("delete", urn, async () => {
      const rule = await this.trials.before(type, "delete", nameOf(urn));
      const found = this.cloud.get(this.place(type, id, props));
      if (found === undefined) return;
      // What was asked for last in the program (a final snapshot's name) counts, and the cloud's own protection.
      const request = this.request(
        urn,
        { ...plainValues(props), ...plainValues(found.state) },
        found.generation,
        found,
      );
      // Left in the cloud on purpose; its name stays taken.
      if (found.state["skipDestroy"] === true) return;
      this.shapeOf(type).refuseDelete?.(request, found);
      this.cloud.remove(found);
      this.shapeOf(type).afterDelete?.(request, found);
      await this.trials.after(rule, type, "delete", { id, properties: props });
    });
  }

  async invoke(token: string, args: Values): Promise<InvokeResult> {
    try {
      this.refusePlan(`the call ${token}`);
      const known = this.parts.invokes ?? {};
      const answer = known[token];
      if (answer === undefined) {
        const names = Object.keys(known);
        const list = names.length > 0 ? `known are ${names.join(", ")}` : "none is known";
        throw new Error(`unknown function ${token}: the simulated cloud answers no such call; ${list}`);
      }
      const { account, region } = this.settings;
      return await Promise.resolve({ outputs: answer(plainValues(args), { account, region }) });
    } catch (error) {
      currentCall().failure = error as Error;
      return { outputs: {} };
    }
  }

  private refusePlan(what: string): void {
    if (this.planOnly)
      throw new Error(`${what} was refused: the plan needs no cloud, and nothing may ask it while planning`);
  }

  private withDefaults(schema: ResourceSchema, news: Values): Values {
    const inputs = { ...news };
    if ("region" in schema.inputs && (inputs["region"] ?? null) === null && this.settings.region !== "global") {
      inputs["region"] = this.settings.region;
    }
    const tags = inputs["tags"] ?? {};
    if (
      "tags" in schema.inputs &&
      "tagsAll" in schema.outputs &&
      Object.keys(this.settings.tags).length > 0 &&
      isMap(tags)
    ) {
      inputs["tags"] = { ...this.settings.tags, ...tags };
    }
    return inputs;
  }

  private make(urn: string, schema: ResourceSchema, inputs: Values): CloudResource {
    const type = schema.token;
    const shape = this.shapeOf(type);
    for (let generation = 0; ; generation += 1) {
      const request = this.request(urn, plainValues(inputs), generation);
      if (generation === 0) shape.refuse?.(request);
      const id = shape.id(request);
      const made = answers(schema, shape, request);
      const state = { ...made, ...sealedValues(inputs) };
      const place = this.place(type, id, state);
      const unique = shape.unique?.(request) ?? [];
      if (!shape.put && unique.length === 0 && this.cloud.has(place)) {
        // The ids that the cloud makes up differ by generation; one that does not is taken.
        if (generation < 50) continue;
        throw new CloudError("AlreadyExistsException", `${type} ${id} already exists`, undefined, 409);
      }
      const resource: CloudResource = {
        ...place,
        id,
        urn,
        generation,
        names: unique.map((name) => scoped(name, place)),
        created: new Date().toISOString(),
        inputs: sealedValues(inputs),
        state,
        computed: Object.keys(made),
      };
      const refused = this.cloud.create(resource);
      if (refused === undefined) return resource;
      const name = unique.find((candidate) => scoped(candidate, place) === refused.name);
      const { code, message, operation } = refused.refusal ??
        name ?? { code: "AlreadyExistsException", message: refused.name };
      throw new CloudError(code, message, operation, name?.status);
    }
  }

  private request(urn: string, inputs: Values, generation: number, found?: CloudResource): Request {
    const type = typeOf(urn);
    return new Request({
      type,
      urn,
      inputs,
      generation,
      account: this.settings.account,
      region: this.regionOf(inputs),
      cloud: this.cloud,
      ...(found && { old: found.state }),
    });
  }

  private regionOf(values: Values): string {
    const region = plainValues({ region: values["region"] ?? null })["region"];
    return typeof region === "string" ? region : this.settings.region;
  }

  private place(type: string, id: string, state: Values): Place {
    const regional = "region" in this.schemaOf(type).inputs;
    const key = this.shapeOf(type).key?.(plainValues(state)) ?? id;
    return { type, account: this.settings.account, region: regional ? this.regionOf(state) : "global", key };
  }

  private schemaOf(type: string): ResourceSchema {
    const schema = this.known.resource(type);
    if (schema === undefined) throw new Error(this.known.unknownType(type));
    return schema;
  }

  private shapeOf(type: string): Shape {
    const shape = this.parts.shapes[type];
    if (shape === undefined) throw new Error(`no shape for ${type}`);
    return shape;
  }

  /** Writes the call down, and gives a refusal its place: "creating aws:iam/role:Role (web): …". */
  private async reported<Result>(call: CallKind, urn: string, act: () => Promise<Result>): Promise<Result> {
    const type = typeOf(urn);
    try {
      const result = await act();
      this.journal.write({ call, type, urn, outcome: "ok" });
      return result;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.journal.write({ call, type, urn, outcome: reason });
      if (!(error instanceof CloudError)) throw error;
      const verb = { create: "creating", read: "reading", update: "updating", delete: "deleting" }[call as "create"];
      currentCall().failure = new Error(`${verb} ${type} (${nameOf(urn)}): ${reason}`);
      throw error;
    }
  }
}

function fault(property: string, reason: string): CheckResult {
  return { failures: [{ property, reason }] };
}
