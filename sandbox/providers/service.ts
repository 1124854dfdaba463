import type { Cloud, CloudResource, Place } from "../cloud/cloud";
import { CloudError } from "../cloud/errors";
import { sealedValues, unsealed } from "../cloud/sealing";
import type { ResourceSchema } from "../schema/kinds";
import { isMap, plainValues, type Values } from "../schema/values";
import { Request } from "./request";
import { scoped, type Shape } from "./shape";
import { answers, readInputs, withSecrets } from "./state";

/** The account and place that a provider was configured for. */
export interface Settings {
  readonly account: string;
  readonly region: string;
  /** Tags that every resource gets. */
  readonly tags: Values;
}

const GLOBAL = "global";
/** How many resources one URN may leave in the cloud: replaced ones that are not deleted yet, retained ones. */
const MOST_GENERATIONS = 50;

/** What the cloud does for one resource type: makes, reads, changes and removes resources in the store. */
export class Service {
  constructor(
    private readonly cloud: Cloud,
    private readonly settings: Settings,
    private readonly schema: ResourceSchema,
    private readonly shape: Shape,
  ) {}

  create(urn: string, inputs: Values): { id: string; state: Values } {
    for (let generation = 0; ; generation += 1) {
      const request = this.request(urn, plainValues(inputs), generation);
      if (generation === 0) this.shape.refuse?.(request);
      const id = this.shape.id(request);
      const made = answers(this.schema, this.shape, request);
      const given = sealedValues(withSecrets(this.schema, inputs));
      const state = { ...made, ...given };
      const place = this.place(id, state);
      const unique = this.shape.unique?.(request) ?? [];
      if (!this.shape.put && unique.length === 0 && this.cloud.has(place)) {
        // The ids that the cloud makes up differ by generation; one that does not is taken.
        if (generation < MOST_GENERATIONS) continue;
        throw new CloudError("AlreadyExistsException", `${this.schema.token} ${id} already exists`, undefined, 409);
      }
      const refused = this.cloud.create({
        ...place,
        id,
        urn,
        generation,
        names: unique.map((name) => scoped(name, place)),
        created: new Date().toISOString(),
        inputs: given,
        state,
        computed: Object.keys(made),
      });
      if (refused === undefined) return { id, state: withSecrets(this.schema, { ...made, ...inputs }) };
      const name = unique.find((candidate) => scoped(candidate, place) === refused.name);
      const words = refused.refusal ?? name ?? { code: "AlreadyExistsException", message: refused.name, operation: "" };
      throw new CloudError(words.code, words.message, words.operation, name?.status);
    }
  }

  /** What is there, and the arguments that would lead to it; undefined where nothing is. */
  read(
    id: string,
    known: Values,
    knownInputs: Values | undefined,
  ): { id: string; state: Values; inputs: Values } | undefined {
    const found = Object.keys(known).length === 0 ? this.imported(id) : this.find(id, known);
    if (found === undefined) return undefined;
    const state = unsealed(found.state, known);
    const values = withSecrets(this.schema, isMap(state) ? { ...state } : {});
    const tags = values["tags"];
    const all: Values = "tagsAll" in this.schema.outputs && isMap(tags) ? { ...values, tagsAll: tags } : values;
    return { id: found.id, state: all, inputs: readInputs(this.schema, found, all, knownInputs) };
  }

  update(id: string, urn: string, olds: Values, news: Values): Values {
    const found = this.find(id, olds);
    if (found === undefined) {
      throw new CloudError("NotFoundException", `${this.schema.token} ${id} does not exist`, undefined, 404);
    }
    const request = this.request(urn, plainValues(news), found.generation, found);
    this.shape.refuse?.(request);
    const made = answers(this.schema, this.shape, request);
    const given = sealedValues(withSecrets(this.schema, news));
    const state = { ...made, ...given };
    const unique = this.shape.unique?.(request) ?? [];
    const place = this.place(id, state);
    const changed = { ...found, inputs: given, state, computed: Object.keys(made) };
    const refused = this.cloud.update(
      changed,
      unique.map((name) => scoped(name, place)),
    );
    if (refused !== undefined) {
      const name = unique.find((candidate) => scoped(candidate, place) === refused.name);
      throw new CloudError(
        name?.code ?? "AlreadyExistsException",
        name?.message ?? refused.name,
        name?.operation,
        name?.status,
      );
    }
    return withSecrets(this.schema, { ...made, ...news });
  }

  delete(id: string, urn: string, known: Values): void {
    const found = this.find(id, known);
    // Gone already, or left in the cloud on purpose: its name stays taken then.
    if (found === undefined || found.state["skipDestroy"] === true) return;
    const request = this.request(urn, plainValues(found.state), found.generation, found);
    this.shape.refuseDelete?.(request, found);
    this.cloud.remove(found);
    this.shape.afterDelete?.(request, found);
  }

  request(urn: string, inputs: Values, generation: number, found?: CloudResource): Request {
    return new Request({
      type: this.schema.token,
      urn,
      inputs,
      generation,
      account: this.settings.account,
      region: this.regionOf(inputs),
      cloud: this.cloud,
      ...(found && { old: { id: found.id, ...found.state } }),
    });
  }

  private find(id: string, known: Values): CloudResource | undefined {
    return this.cloud.get(this.place(id, known));
  }

  /** An import knows nothing but the id; one in another region than the provider's ends in @ and the region, as the real one's. */
  private imported(id: string): CloudResource | undefined {
    const [, bare = id, region] = /^(.+)@([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(id) ?? [];
    const place = this.place(bare, region === undefined ? {} : { region });
    return (
      this.cloud.get(place) ??
      this.cloud
        .list(place.type)
        .find((one) => one.id === bare && one.region === place.region && one.account === place.account)
    );
  }

  private regionOf(values: Values): string {
    const region = plainValues({ region: values["region"] ?? null })["region"];
    return typeof region === "string" ? region : this.settings.region;
  }

  private place(id: string, state: Values): Place {
    const region = "region" in this.schema.inputs ? this.regionOf(state) : GLOBAL;
    const key = this.shape.key?.(plainValues(state)) ?? id;
    return { type: this.schema.token, account: this.settings.account, region, key };
  }
}
