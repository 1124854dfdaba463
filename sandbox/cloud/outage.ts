import { GLOBAL_REGION } from "../../config/stack";
import { CloudError } from "./errors";

/**
 * Regions that are lost. Every call to one of them is refused, and so is every call elsewhere that names one: a snapshot, a
 * key, a secret or a host of a lost region is of no use to anybody, though many an API would take its ARN now and fail
 * only when it is needed.
 */
export class Outage {
  private readonly regions: readonly string[];

  /** @param regions - by commas */
  constructor(regions: string = process.env["SANDBOX_LOST_REGIONS"] ?? "") {
    this.regions = regions.split(",").filter((region) => region !== "");
  }

  /** @param region - where the call goes; undefined for a global service, whose control plane is in us-east-1 */
  refuse(region: string | undefined, inputs: unknown): void {
    if (this.regions.length === 0) return;
    const to = region ?? GLOBAL_REGION;
    if (this.regions.includes(to)) {
      throw new CloudError("RequestError", `send request failed: no answer from ${to}, which is lost`, undefined, 503);
    }
    const text = JSON.stringify(inputs);
    for (const lost of this.regions) {
      const named = new RegExp(`[^"]*\\b${lost}\\b[^"]*`).exec(text);
      if (named === null) continue;
      throw new CloudError("RequestError", `"${named[0]}" is in ${lost}, which is lost`, undefined, 503);
    }
  }
}
