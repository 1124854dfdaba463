import { isList, isMap, plainValues, type Value, type Values } from "../../schema/values";
import { SimulatedProvider } from "../provider";
import type { Settings } from "../service";
import { INVOKES } from "./invokes";
import { REPLACEMENTS } from "./replacements";
import { AWS_SHAPES } from "./shapes";
import { seconds } from "./times";

/** The account of the simulated cloud, where the stack names none. */
const ACCOUNT = "123456789012";

export class AwsProvider extends SimulatedProvider {
  constructor(folder?: string) {
    const shapesFolder = "sandbox/providers/aws/shapes";
    const parts = { shapes: AWS_SHAPES, shapesFolder, replacements: REPLACEMENTS, seconds, invokes: INVOKES };
    super({ name: "aws", ...parts }, folder);
  }

  override configure(settings: Values): void {
    super.configure(settings);
    this.settings = awsSettings(settings);
  }
}

/** Region, account and default tags from the provider's configuration, whose nested values arrive as JSON. */
export function awsSettings(settings: Values): Settings {
  const plain = plainValues(settings);
  const region = plain["region"];
  if (typeof region !== "string" || region === "")
    throw new Error("aws:region is not set: the provider needs a region");
  const allowed = nested(plain["allowedAccountIds"]);
  const [account] = isList(allowed) ? allowed : [];
  const defaults = nested(plain["defaultTags"]);
  const tags = isMap(defaults) ? nested(defaults["tags"]) : undefined;
  return { region, account: typeof account === "string" ? account : ACCOUNT, tags: isMap(tags) ? { ...tags } : {} };
}

function nested(value: Value | undefined): Value | undefined {
  return typeof value === "string" && /^[[{]/.test(value) ? (JSON.parse(value) as Value) : value;
}
