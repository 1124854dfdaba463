import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { backupImageRepository, imageRepository } from "../../config/vocabulary";
import { errorName } from "../aws";
import { Failure } from "../failure";
import type { CommonOptions, Context, Verb } from "../verb";
import { type Checkout, readCheckout, readDumpSource, tagOf } from "./checkout";
import { Docker } from "./docker";
import { resolvePins } from "./resolve";

interface Options extends CommonOptions {
  readonly push: boolean;
  readonly resolve: boolean;
  readonly write: boolean;
  readonly dryRun: boolean;
  readonly dump: boolean;
  readonly path?: string;
}

/** The logical dump's Dockerfile and engine. */
const DUMP_SOURCE = path.resolve(__dirname, "../../application/backup");

/** Where an image goes, and what it is called there. */
interface Target {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** registry/repository:tag */
  readonly name: string;
  readonly platform: string;
}

/** `here` is where the operator stands; npm itself runs in the repository's root. */
export function createImage(here: string, dumpSource = DUMP_SOURCE): Verb<Options> {
  return {
    path: "",
    summary: "builds the application's image, and pushes it",
    description:
      "Builds the application's image for the stack's processor from a checkout of the application, and with --push sends " +
      "it to the stack's repository and prints it by digest: what a release takes. Nothing is released. The pipeline of " +
      "the application does the same; this is for a laptop. With --dump it is the image of the logical dump, from this " +
      "repository: each update by the pipeline pushes it, when its source has changed.",
    changes: false,
    defaultStack: "staging",
    options: [
      { flags: "--push", description: "send it to the stack's repository" },
      { flags: "--path <folder>", description: "the application's checkout (default: the current folder)" },
      { flags: "--dump", description: "the logical dump's image, of application/backup in this repository, instead" },
      { flags: "--dry-run", description: "say what would be done, and call neither docker nor AWS" },
      {
        flags: "--resolve",
        description: "instead: ask the registries for the digests of the Dockerfile's base images",
      },
      { flags: "--write", description: "with --resolve: write them into the Dockerfile" },
    ],
    examples: [
      { command: "npm run image -- --path ../affiliate-system", says: "builds it, into docker's own images" },
      {
        command: "npm run image -- --push --stack production --path ../affiliate-system",
        says: "builds and pushes it",
      },
      { command: "npm run image -- --dump --push --stack production", says: "the image that dumps the database" },
      { command: "npm run image -- --resolve --write --path ../affiliate-system", says: "newer base images" },
    ],

    async run(context, options) {
      const { push, resolve, write, dryRun, dump, json } = options;
      if (resolve && (push || dryRun))
        throw new Failure("usage", "--resolve builds nothing: leave out --push and --dry-run.");
      if (write && !resolve) throw new Failure("usage", "--write goes with --resolve.");
      if (dump && options.path !== undefined)
        throw new Failure("usage", "--dump builds application/backup of this repository: leave out --path.");
      const folder = dump ? dumpSource : path.resolve(here, options.path ?? ".");
      if (resolve) return resolvePins(context, folder, { write, json });

      const checkout = await (dump ? readDumpSource(folder) : readCheckout(folder));
      const target = targetOf(context, checkout, dump ? backupImageRepository : imageRepository);
      const built = { ...target, version: checkout.version, commit: checkout.commit };
      say(context, checkout, target);
      if (dryRun) {
        context.terminal.say(
          `Dry run. Would run: docker buildx build ${buildArguments(checkout, target, push).join(" ")}`,
        );
        return "ok";
      }
      const digest = push ? await buildAndPush(context, checkout, target) : await buildHere(context, checkout, target);
      const image = digest === undefined ? target.name : `${target.registry}/${target.repository}@${digest}`;
      if (json) context.terminal.json({ ...built, digest: digest ?? null, image });
      else context.terminal.data(image);
      return "ok";
    },
  };
}

function targetOf({ stack }: Context, checkout: Checkout, purpose: string): Target {
  const { accountId, region, name } = stack.facts;
  const registry = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
  const repository = name("repository", purpose);
  const tag = tagOf(checkout, new Date());
  const platform = stack.cpuArchitecture === "ARM64" ? "linux/arm64" : "linux/amd64";
  return { registry, repository, tag, name: `${registry}/${repository}:${tag}`, platform };
}

function say({ terminal }: Context, { folder, commit, changed }: Checkout, { name, platform }: Target): void {
  terminal.say(`${name} for ${platform}, of ${folder} at ${commit.slice(0, 12)}`);
  if (changed.length === 0) return;
  const some = changed.slice(0, 5).join(", ");
  const more = changed.length > 5 ? ` and ${changed.length - 5} more` : "";
  terminal.warn(`the checkout has changes that no commit has: ${some}${more}. Nobody can build this image again.`);
}

function buildArguments({ folder, version, commit }: Checkout, target: Target, push: boolean, metadata?: string) {
  return [
    `--platform=${target.platform}`,
    `--build-arg=VERSION=${version}`,
    `--build-arg=COMMIT=${commit}`,
    // One manifest and no list around it: its digest is what ECR scans, the release tags and the tasks run.
    "--provenance=false",
    "--sbom=false",
    `--tag=${target.name}`,
    ...(metadata === undefined ? [] : [`--metadata-file=${metadata}`]),
    push ? "--push" : "--load",
    folder,
  ];
}

async function buildHere({ terminal, signal }: Context, checkout: Checkout, target: Target): Promise<undefined> {
  const docker = new Docker({ signal, progress: (line) => terminal.say(line) });
  await docker.check();
  await docker.build(buildArguments(checkout, target, false));
}

async function buildAndPush(context: Context, checkout: Checkout, target: Target): Promise<string> {
  const { terminal, signal } = context;
  const docker = new Docker({ signal, progress: (line) => terminal.say(line) });
  await docker.check();
  const known = await digestInRegistry(context, target);
  if (known !== undefined) {
    terminal.say("This version is there already, and tags are immutable: nothing to do.");
    return known;
  }
  const { username, password } = await credentials(context);
  await docker.login(target.registry, username, password);
  const scratch = mkdtempSync(path.join(tmpdir(), "affiliate-image-"));
  try {
    const metadata = path.join(scratch, "metadata.json");
    await docker.build(buildArguments(checkout, target, true, metadata));
    const built = (JSON.parse(readFileSync(metadata, "utf8")) as Record<string, unknown>)["containerimage.digest"];
    const pushed = await digestInRegistry(context, target);
    if (pushed !== undefined && pushed === built) return pushed;
    const found = pushed ?? "nothing";
    throw new Failure("failed", `docker built ${String(built)}, and ${target.name} is ${found}. Do not release it.`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Undefined when no image has the tag. */
async function digestInRegistry({ aws, stack }: Context, { repository, tag }: Target): Promise<string | undefined> {
  const ecr = await aws.ecr();
  try {
    const { imageDetails } = await ecr.describeImages({ repositoryName: repository, imageIds: [{ imageTag: tag }] });
    return imageDetails?.[0]?.imageDigest;
  } catch (error) {
    if (errorName(error) === "ImageNotFoundException") return undefined;
    if (errorName(error) !== "RepositoryNotFoundException") throw error;
    const advice = `Bring the stack up first: npm run up -- ${stack.stack}`;
    throw new Failure("refused", `There is no repository ${repository} in this account.`, advice);
  }
}

/** A password of ECR's, good for twelve hours. */
async function credentials({ aws, redactor }: Context): Promise<{ username: string; password: string }> {
  const ecr = await aws.ecr();
  const { authorizationData } = await ecr.getAuthorizationToken({});
  const token = authorizationData?.[0]?.authorizationToken ?? "";
  const [username, password] = Buffer.from(token, "base64").toString().split(":", 2);
  if (username === undefined || password === undefined) throw new Failure("failed", "ECR gave no password.");
  redactor.learn(password);
  redactor.learn(token);
  return { username, password };
}
