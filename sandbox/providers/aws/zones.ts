// Facts of regions. Zone letters are shuffled per account; these pairs are one account's, the ids are AWS's own.
// Hosted zone ids of load balancers: "Elastic Load Balancing endpoints and quotas"; of S3 websites: "Amazon S3 endpoints".

export interface Region {
  /** As in ElastiCache's host names. */
  readonly short: string;
  /** Zone name and id. */
  readonly zones: Readonly<Record<string, string>>;
  readonly loadBalancerZone: string;
  readonly bucketZone: string;
}

const REGIONS: Readonly<Record<string, Region>> = {
  "ap-northeast-1": {
    short: "apne1",
    zones: { "ap-northeast-1a": "apne1-az4", "ap-northeast-1c": "apne1-az1", "ap-northeast-1d": "apne1-az2" },
    loadBalancerZone: "Z14GRHDCWA56QT",
    bucketZone: "Z2M4EHUR26P7ZW",
  },
  "ap-northeast-3": {
    short: "apne3",
    zones: { "ap-northeast-3a": "apne3-az3", "ap-northeast-3b": "apne3-az1", "ap-northeast-3c": "apne3-az2" },
    loadBalancerZone: "Z5LXEXXYW11ES",
    bucketZone: "Z2YQB5RD63NC85",
  },
  "us-east-1": {
    short: "use1",
    zones: { "us-east-1a": "use1-az1", "us-east-1b": "use1-az2", "us-east-1c": "use1-az4", "us-east-1d": "use1-az6" },
    loadBalancerZone: "Z35SXDOTRQ7X7K",
    bucketZone: "Z3AQBSTGFYJSTF",
  },
};

export function regionFacts(region: string): Region {
  const facts = REGIONS[region];
  if (facts === undefined) {
    throw new Error(
      `the simulated cloud has no region ${region}: known are ${Object.keys(REGIONS).join(", ")} (zones.ts)`,
    );
  }
  return facts;
}
