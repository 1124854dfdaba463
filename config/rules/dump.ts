import { databaseFamilies } from "../instance-types";
import { fargateSize } from "./compute";
import { offered } from "./data";
import type { RuleSet } from "./rule";

/** The clone's instance and the dump's task have sizes that AWS offers. */
export const dumpRules: RuleSet = (file) => [
  ...offered(["dump", "instanceClass"], () => file.dump.instanceClass, databaseFamilies, "db.r6g.large", file),
  ...fargateSize(["dump"], () => file.dump),
];
