import type { Values } from "../../../sandbox/schema/values";
import { AwsProvider } from "../../../sandbox/providers/aws/aws-provider";
import { duringCall, newCall, type Call } from "../../../sandbox/providers/protocol";

export function urn(type: string, name: string, stack = "test"): string {
  return `urn:pulumi:${stack}::affiliate::affiliate:data:Database$${type}::${name}`;
}

/** The aws provider over a cloud folder, called as the engine calls it: check before each create and update. */
export class Aws {
  readonly provider: AwsProvider;

  constructor(
    readonly folder: string,
    settings: Values = {},
    readonly stack = "test",
  ) {
    this.provider = new AwsProvider(folder);
    this.provider.configure({
      region: "ap-northeast-1",
      allowedAccountIds: '["123456789012"]',
      version: "7.48.0",
      ...settings,
    });
  }

  /** What check found: "property: reason". */
  async faults(type: string, inputs: Values, name = "one"): Promise<string[]> {
    const { failures } = await this.provider.check(urn(type, name, this.stack), {}, inputs);
    return (failures ?? []).map((failure) => `${failure.property}: ${failure.reason}`);
  }

  async checked(type: string, inputs: Values, name = "one", olds: Values = {}): Promise<Values> {
    const call = newCall({ seed: new Uint8Array([0x12, 0x34, 0x56, 0x78]) });
    const result = await duringCall(call, () => this.provider.check(urn(type, name, this.stack), olds, inputs));
    if (result.failures?.length)
      throw new Error(result.failures.map((one) => `${one.property}: ${one.reason}`).join("; "));
    return result.inputs as Values;
  }

  async create(type: string, inputs: Values, name = "one"): Promise<{ id: string; inputs: Values; outs: Values }> {
    const checked = await this.checked(type, inputs, name);
    const made = await this.provider.create(urn(type, name, this.stack), checked);
    return { id: made.id, inputs: checked, outs: made.outs as Values };
  }

  /** What the engine is told to show when a call fails: without a stack. */
  async refusal(act: () => Promise<unknown>): Promise<string> {
    const call = newCall();
    try {
      await duringCall(call, act);
    } catch (error) {
      return (call.failure ?? (error as Error)).message;
    }
    return call.failure?.message ?? "";
  }

  async update(type: string, made: { id: string; outs: Values }, news: Values, name = "one"): Promise<Values> {
    const checked = await this.checked(type, news, name, made.outs);
    const result = await this.provider.update(made.id, urn(type, name, this.stack), made.outs, checked);
    return result.outs as Values;
  }

  async read(
    type: string,
    made: { id: string; inputs: Values; outs: Values },
    name = "one",
  ): Promise<{ id: string; props: Values; inputs: Values }> {
    const call = newCall({ oldInputs: made.inputs });
    const found = await duringCall(call, () => this.provider.read(made.id, urn(type, name, this.stack), made.outs));
    return { id: found.id ?? "", props: found.props as Values, inputs: found.inputs as Values };
  }

  async delete(type: string, made: { id: string; outs: Values }, name = "one"): Promise<void> {
    await this.provider.delete(made.id, urn(type, name, this.stack), made.outs);
  }

  /** Changed arguments, as "path" with "!" where they make a new resource. */
  async changes(type: string, olds: Values, news: Values, name = "one"): Promise<string[]> {
    const call: Call = newCall({ oldInputs: await this.checked(type, olds, name) });
    const checked = await this.checked(type, news, name);
    await duringCall(call, () => this.provider.diff("id", urn(type, name, this.stack), {}, checked));
    return call.changes.map((change) => `${change.path}${change.replaces ? "!" : ""}`);
  }
}
