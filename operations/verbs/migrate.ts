import { randomUUID } from "node:crypto";
import { z } from "zod";
import { readTargets } from "../targets";
import { Failure } from "../failure";
import { invoke, pause } from "../invoke";
import { confirmStack } from "../prompt";
import { runningRelease, type RunningRelease } from "../released";
import type { ChangeOptions, Context, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly image?: string;
  readonly releaseName?: string;
  readonly resume?: string;
}

/** What functions/release-gate/ answers. */
const replyShape = z.object({
  hookStatus: z.enum(["SUCCEEDED", "FAILED", "IN_PROGRESS"]),
  callBackDelay: z.number().optional(),
  hookDetails: z
    .object({ step: z.string().optional(), message: z.string().optional(), troubleSince: z.string().optional() })
    .optional(),
});
type Reply = z.infer<typeof replyShape>;

export const migrate: Verb<Options> = {
  path: "migrate",
  summary: "the release gate's migration by hand: lock, snapshot, migration, one time",
  description:
    "Has the release gate migrate the database, in the same way as before a release: under the schema's lock, behind a " +
    "snapshot, with the image's own migrations. Needed after a restore to an earlier time; a release migrates by " +
    "itself. Without --image it is the image that runs. The gate goes on only while it is called: when this command " +
    "ends early, --resume takes it up where it was.",
  changes: true,
  options: [
    { flags: "--image <ref>", description: "repository and digest (…@sha256:…); needs --release-name" },
    { flags: "--release-name <version>", description: "what that image calls itself (its RELEASE)" },
    { flags: "--resume <id>", description: "go on with a run that was left" },
  ],
  examples: [
    { command: "npm run operations -- migrate --stack production", says: "with the image that runs" },
    { command: "npm run operations -- migrate --stack production --dry-run", says: "which image that is" },
  ],

  async run(context, options) {
    const { terminal, stack } = context;
    const release = await releaseOf(context, options);
    const id = options.resume ?? randomUUID();
    terminal.say(`Migrates ${stack.stack} with ${release.version}, ${release.image}.`);
    if (options.dryRun) {
      terminal.say("Dry run: the gate was not called.");
      if (options.json) terminal.json({ stack: stack.stack, result: "dryRun", ...release });
      return "ok";
    }
    await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
    terminal.say(`To take it up again: npm run operations -- migrate --stack ${stack.stack} --resume ${id}`);

    const { hookStatus, hookDetails } = await follow(context, id, release);
    const message = hookDetails?.message ?? "The gate gave no reason.";
    if (options.json) terminal.json({ stack: stack.stack, id, status: hookStatus, message, ...release });
    if (hookStatus === "SUCCEEDED") {
      terminal.say(message);
      return "ok";
    }
    throw new Failure(
      "migrationFailed",
      message,
      `What the gate did: npm run operations -- logs release-gate --stack ${stack.stack} --since 2h`,
    );
  },
};

async function releaseOf({ aws, stack }: Context, { image, releaseName, resume }: Options): Promise<RunningRelease> {
  if ((image === undefined) !== (releaseName === undefined)) {
    throw new Failure("usage", "--image and --release-name go together.");
  }
  if (resume !== undefined && !/^[A-Za-z0-9-]{8,64}$/.test(resume)) {
    throw new Failure("usage", `--resume is "${resume}"; it takes the id that the earlier run printed.`);
  }
  if (image !== undefined && releaseName !== undefined) {
    if (!/@sha256:[0-9a-f]{64}$/.test(image)) {
      throw new Failure("usage", `--image is "${image}"; a tag may move, so give repository@sha256:…`);
    }
    return { image, version: releaseName };
  }
  return runningRelease(aws, await readTargets(aws, stack));
}

/** Asks until there is an answer, as ECS does. */
async function follow(context: Context, id: string, { image, version }: RunningRelease): Promise<Reply> {
  const { aws, stack, terminal, signal } = context;
  const name = stack.facts.name("lambda", "release-gate");
  const advice = `Take it up again: npm run operations -- migrate --stack ${stack.stack} --resume ${id}`;
  let hookDetails: Reply["hookDetails"];
  let said = "";
  for (;;) {
    const event = {
      lifecycleStage: "PRE_SCALE_UP",
      byHand: { id, image, version },
      ...(hookDetails && { hookDetails }),
    };
    const { data, error } = replyShape.safeParse(await invoke(aws, name, event, advice));
    if (data === undefined) throw new Failure("failed", `${name} answered something else: ${z.prettifyError(error)}`);
    if (data.hookStatus !== "IN_PROGRESS") return data;
    hookDetails = data.hookDetails;
    const { step = "?", message = "", troubleSince } = hookDetails ?? {};
    const line = `${step}${message === "" ? "" : `: ${message}`}`;
    if (line !== said) {
      const text = `${new Date().toISOString()} ${line}`;
      if (troubleSince === undefined) terminal.say(text);
      else terminal.warn(`${text} (since ${troubleSince})`);
    }
    said = line;
    await pause(data.callBackDelay ?? 30, signal);
  }
}
