import type { Finder, Wanted } from "../../toolchain/recover/finder";
import { isMap, plain, type Value } from "../schema/values";
import type { Cloud, CloudResource } from "./cloud";

/**
 * The simulated cloud's answer to who looks for what a killed run left: by tags and arguments, as the services would be
 * asked. The URN that each file notes is not looked at: no service knows it.
 */
export class CloudFinder implements Finder {
  constructor(private readonly cloud: Cloud) {}

  byTags(wanted: Wanted, tags: Readonly<Record<string, string>>): Promise<readonly string[]> {
    return this.idsOf(wanted, ({ state }) => {
      const found = state["tags"] ?? null;
      return isMap(found) && Object.entries(tags).every(([key, value]) => found[key] === value);
    });
  }

  byArguments(wanted: Wanted, keys: readonly string[]): Promise<readonly string[]> {
    return this.idsOf(wanted, ({ inputs, state }) =>
      keys.every((key) => same(inputs[key] ?? state[key] ?? null, (wanted.inputs[key] ?? null) as Value)),
    );
  }

  byList(wanted: Wanted, keys: readonly string[]): Promise<readonly string[]> {
    return this.byArguments(wanted, keys);
  }

  private idsOf({ type, region }: Wanted, fits: (resource: CloudResource) => boolean): Promise<readonly string[]> {
    const there = this.cloud.list(type).filter((one) => isIn(one, region));
    return Promise.resolve(there.filter(fits).map(({ id }) => id));
  }
}

const isIn = ({ region: found }: CloudResource, wanted: string | undefined): boolean =>
  wanted === undefined || found === wanted || found === "global";

function same(found: Value, wanted: Value): boolean {
  return JSON.stringify(plain(found)) === JSON.stringify(plain(wanted));
}
