import { FakeAws } from "./fake-aws";
import { image } from "./fixtures";

export const OLD = ["2026_01_create_users", "2026_02_create_clicks"];
export const NEW = [...OLD, "2026_11_add_column", "2026_11_drop_table"];

/** v1 runs, its two migrations in batches 1 and 2; v2 brings two more. */
export function twoReleases(): FakeAws {
  const aws = new FakeAws();
  aws.database.images.set(image("1"), OLD);
  aws.database.images.set(image("2"), NEW);
  OLD.forEach((name, at) => aws.database.applied.set(name, at + 1));
  aws.ecs.deploy("d1", "1", "v1", "SUCCESSFUL");
  aws.ecs.deploy("d2", "2", "v2");
  return aws;
}

/** What the tasks were started for, in their order. */
export const purposesOf = (aws: FakeAws): string[] =>
  aws.ecs.tasks.map(({ purpose, batch }) => (purpose === "rollback" ? `rollback ${batch}` : purpose));
