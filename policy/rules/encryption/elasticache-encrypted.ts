import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const elasticacheEncrypted = resourceRule({
  name: "elasticache-encrypted",
  group: "encryption",
  description: "Redis is encrypted at rest.",
  severity: "critical",
  controls: ["FSBP ElastiCache.4"],
  mend: "Set atRestEncryptionEnabled: true (components/data/redis-group.ts). AWS cannot change it later: the group is replaced.",
  claims: { "aws:elasticache/replicationGroup:ReplicationGroup": ["atRestEncryptionEnabled"] },
  judges: {
    *"aws:elasticache/replicationGroup:ReplicationGroup"(group) {
      const enabled = group.atRestEncryptionEnabled;
      // The argument is text in the provider's schema, a boolean in the typings of some versions.
      yield* mustBeTrue(
        "atRestEncryptionEnabled",
        enabled === undefined ? undefined : String(enabled) === "true",
        "Redis is not encrypted",
      );
    },
  },
});
