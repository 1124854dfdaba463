// What exists once per AWS account or GitHub repository, whatever the platform's stacks: a program of its own, run by an
// administrator. A stack of it is an account; the stack whose file has `affiliate:github` looks after GitHub, too.
import { createStackFacts, loadFile } from "../config";
import { Baseline } from "./baseline";
import { Boundaries } from "./boundaries";
import { Costs } from "./costs";
import { DatadogAccount } from "./datadog-account";
import { ImageCopies } from "./image-copies";
import { OfferedFiles } from "./offered-files";
import { repositoryItself, RepositoryRules } from "./repositories";
import { accountFile, accountRules } from "./settings";
import { Trail } from "./trail";

const settings = loadFile({ schema: accountFile, rules: [accountRules] }, "account");
const stack = createStackFacts({ ...settings, region: settings.aws.region });

const baseline = new Baseline("baseline", { stack, recoveryRegion: "ap-northeast-3" });
new Boundaries("boundaries", { stack });
const trail = new Trail("trail", { stack, ...settings.trail });
const costs = new Costs("costs", { stack, settings: settings.costs, slack: settings.slack });
if (settings.imagesTo !== undefined) new ImageCopies("image-copies", { stack, to: settings.imagesTo });
if (settings.datadog !== undefined) new DatadogAccount("datadog", { stack, ...settings.datadog });

if (settings.github !== undefined) {
  const { owner, ...repositories } = settings.github;
  for (const which of ["platform", "application"] as const) {
    const repository = repositoryItself(which, repositories[which]);
    new RepositoryRules(`${which}-rules`, { repository: repository.name, settings: repositories[which] });
    const { files } = repositories[which];
    if (files.length > 0) new OfferedFiles(`${which}-files`, { repository: repository.name, owner, files });
  }
}

export = {
  accountId: settings.accountId,
  environment: settings.environment,
  oidcProviderArn: baseline.oidcProviderArn,
  trailArn: trail.trailArn,
  trailBucket: trail.bucketName,
  costsTopicArn: costs.topicArn,
};
