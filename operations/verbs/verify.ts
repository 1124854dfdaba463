import { Failure } from "../failure";
import { alarms, capacity, essentials, type Finding, scan, templates } from "../release/checks";
import { resolveImage } from "../release/image";
import { readTargets } from "../targets";
import { columns } from "../terminal";
import type { CommonOptions, Verb } from "../verb";

interface VerifyOptions extends CommonOptions {
  readonly image?: string;
}

export const verify: Verb<VerifyOptions> = {
  path: "verify",
  summary: "looks whether a release could start now; changes nothing",
  description:
    "Before a release: the image is there by digest and scanned, roles, log groups and secrets with their JSON keys are " +
    "there, no deployment runs, the listeners' weights are at 100 and 0, the deployment alarms are quiet, and there is " +
    "room for both revisions side by side. Ends with 4 when something blocks a release.",
  changes: false,
  options: [{ flags: "--image <ref>", description: "the image that is to be released: a tag or a digest" }],
  examples: [
    { command: "npm run operations -- verify --stack production --image v1.2.3", says: "before releasing v1.2.3" },
    { command: "npm run --silent operations -- verify --stack staging --json", says: "for a pipeline" },
  ],

  async run(context, options) {
    const targets = await readTargets(context.aws, context.stack);
    const ecs = await context.aws.ecs();
    const groups = await Promise.all([
      options.image === undefined ? [] : imageFindings(context.aws.ecr(), targets, options.image),
      essentials(context, ecs, targets),
      alarms(context, targets).then((finding) => [finding]),
      templates(context, ecs, targets),
      capacity(context, ecs, targets),
    ]);
    const findings = groups.flat();
    const ready = findings.every(({ state }) => state !== "blocked");
    const { terminal, stack } = context;
    if (options.json) terminal.json({ stack: stack.stack, ready, findings });
    else
      for (const row of columns(findings.map(({ check, state, found }) => [check, state, found]))) terminal.data(row);
    if (!ready) terminal.error("A release would be refused, or fail.");
    return ready ? "ok" : "incomplete";
  },
};

async function imageFindings(
  client: Promise<Parameters<typeof resolveImage>[0]>,
  targets: Parameters<typeof resolveImage>[1],
  reference: string,
): Promise<Finding[]> {
  try {
    const image = await resolveImage(await client, targets, reference);
    return [{ check: "image", state: "ok", found: `${image.version}, ${image.digest}` }, scan(image)];
  } catch (error) {
    // Not there is a finding beside the others; a reference that names none is a wrong command line.
    if (!(error instanceof Failure) || error.reason !== "refused") throw error;
    return [{ check: "image", state: "blocked", found: error.message }];
  }
}
