import type fc from "fast-check";
import { stackFile } from "../../config/settings";
import { schemaAt } from "../../config/schema/walk";
import type { Environment } from "../../config/stack";
import { accepted, type Overrides } from "./schema";
import { least } from "./thresholds";

export type Block = Record<string, unknown>;

export const schemaOf = (path: string) => {
  const schema = schemaAt(stackFile, path.split("."));
  if (schema === undefined) throw new Error(`the stack file has no ${path}`);
  return schema;
};
export const block = (path: string, overrides: Overrides): fc.Arbitrary<Block> =>
  accepted(schemaOf(path), overrides, path) as fc.Arbitrary<Block>;

export const retention = (environment: Environment) =>
  (accepted(schemaOf("logs.retentionDays")) as fc.Arbitrary<number>).filter(
    (days) => days >= least(environment, "logs"),
  );
