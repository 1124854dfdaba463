import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const elasticacheUsers = resourceRule({
  name: "elasticache-users",
  group: "encryption",
  description: "Redis asks who connects, and no password of it is in the program.",
  severity: "critical",
  controls: ["FSBP ElastiCache.6"],
  mend: "Give userGroupIds and no authToken (components/data); passwords are set by `operations secrets set`.",
  claims: {
    "aws:elasticache/replicationGroup:ReplicationGroup": [
      { path: "userGroupIds", harmless: { empty: "AWS refuses an empty list" } },
      { path: "authToken", bad: ["hunter2"] },
    ],
  },
  judges: {
    *"aws:elasticache/replicationGroup:ReplicationGroup"(group) {
      yield* unless("userGroupIds" in group, {
        path: "userGroupIds",
        found: undefined,
        required: "a group of users",
        because: "by default anyone who reaches the port may read and write",
      });
      const token = "authToken" in group || "authTokenWo" in group;
      yield* unless(!token, { path: "authToken", found: "(a token)", required: "nothing" });
    },
  },
});
