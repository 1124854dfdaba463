import { mustBeOneOf, mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const elasticacheTlsRequired = resourceRule({
  name: "elasticache-tls-required",
  group: "encryption",
  description: "Redis refuses connections without TLS.",
  severity: "critical",
  controls: ["FSBP ElastiCache.5"],
  mend: 'Set transitEncryptionEnabled: true and transitEncryptionMode: "required" (components/data).',
  claims: {
    "aws:elasticache/replicationGroup:ReplicationGroup": ["transitEncryptionEnabled", "transitEncryptionMode"],
  },
  judges: {
    *"aws:elasticache/replicationGroup:ReplicationGroup"(group) {
      yield* mustBeTrue("transitEncryptionEnabled", group.transitEncryptionEnabled, "Redis speaks plain text");
      yield* mustBeOneOf("transitEncryptionMode", group.transitEncryptionMode, ["required"]);
    },
  },
});
