import type { ProviderParts } from "../provider";
import { regionFacts } from "./zones";

/** The calls that a program may make outside of a plan, in the provider's own shapes. */
export const INVOKES: NonNullable<ProviderParts["invokes"]> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_, { account }) => ({
    id: account,
    accountId: account,
    arn: `arn:aws:sts::${account}:assumed-role/simulated/simulated`,
    userId: "AROASIMULATEDSIMULATE:simulated",
  }),
  "aws:index/getRegion:getRegion": (args, place) => {
    const region = typeof args["region"] === "string" ? args["region"] : place.region;
    return { id: region, name: region, region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
  },
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args, place) => {
    const region = typeof args["region"] === "string" ? args["region"] : place.region;
    const zones = regionFacts(region).zones;
    return {
      ...args,
      id: region,
      region,
      names: Object.keys(zones),
      zoneIds: Object.values(zones),
      groupNames: [region],
    };
  },
};
