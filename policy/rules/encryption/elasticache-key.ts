import { ownKeyRule } from "../../framework/own-key";

export const elasticacheKey = ownKeyRule(
  {
    name: "elasticache-key",
    group: "encryption",
    description: "Redis is encrypted at rest with a key of our own.",
    severity: "high",
    controls: ["FSBP ElastiCache.4"],
    mend: "Give kmsKeyId, the data key (components/data/redis-group.ts). A change replaces the group.",
  },
  [
    {
      type: "aws:elasticache/replicationGroup:ReplicationGroup",
      path: "kmsKeyId",
      purposes: ["data"],
      otherwise: "AWS takes a key that it owns",
    },
  ],
);
