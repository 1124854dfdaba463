import type { REGIONS } from "./schema/stack";

type Region = (typeof REGIONS)[number];

interface RegionFacts {
  readonly place: string;
  /** Letters of the zones' names. Accounts see three of them; only old ones in Tokyo see b. */
  readonly letters: string;
  readonly zoneIds: readonly string[];
  /** Zones whose load balancers CloudFront cannot use as VPC origins. Source: CloudFront, "Restrict access with VPC origins". */
  readonly withoutVpcOrigins: readonly string[];
  /** com.amazonaws.global.cloudfront.origin-facing: the same in all accounts, another in each region. */
  readonly cloudFrontPrefixListId: string;
}

export const regions: Readonly<Record<Region, RegionFacts>> = {
  "ap-northeast-1": {
    place: "Tokyo",
    letters: "acdb",
    zoneIds: ["apne1-az1", "apne1-az2", "apne1-az3", "apne1-az4"],
    withoutVpcOrigins: ["apne1-az3"],
    cloudFrontPrefixListId: "pl-58a04531",
  },
  "ap-northeast-3": {
    place: "Osaka",
    letters: "abc",
    zoneIds: ["apne3-az1", "apne3-az2", "apne3-az3"],
    withoutVpcOrigins: [],
    cloudFrontPrefixListId: "pl-31a14458",
  },
};
