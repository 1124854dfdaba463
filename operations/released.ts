import { containers } from "../config/vocabulary";
import type { Targets } from "../config/targets";
import type { Aws } from "./aws";
import { Failure } from "./failure";

export interface RunningRelease {
  /** Repository and digest. */
  readonly image: string;
  /** Its RELEASE. */
  readonly version: string;
}

/** What the web service is told to run. */
export async function runningRelease(aws: Aws, { cluster, services }: Targets): Promise<RunningRelease> {
  const ecs = await aws.ecs();
  const { services: found = [] } = await ecs.describeServices({ cluster: cluster.name, services: [services.web.name] });
  const taskDefinition = found[0]?.taskDefinition;
  if (taskDefinition === undefined) throw new Failure("refused", `There is no service ${services.web.name}.`);
  const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition });
  const application = definition?.containerDefinitions?.find(({ name }) => name === containers.app);
  const version = application?.environment?.find(({ name }) => name === "RELEASE")?.value;
  if (application?.image === undefined || version === undefined) {
    throw new Failure(
      "refused",
      `${services.web.name} runs ${taskDefinition}, which is no release: nothing has been released yet.`,
      "Release first: npm run operations -- release --help",
    );
  }
  return { image: application.image, version };
}
