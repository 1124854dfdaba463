// Stands in for docker's command line: records each call, refuses what docker would refuse, builds nothing, and pushes a
// manifest of its own to the ECR emulator. That an image comes out of a Dockerfile is not shown by it.
const { createHash } = require("node:crypto");
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const state = process.env.FAKE_DOCKER_FOLDER;
const args = process.argv.slice(2);
const refuse = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};
const FLAGS = ["platform", "build-arg", "provenance", "sbom", "tag", "metadata-file", "push", "load"];

async function main() {
  const input = args.includes("--password-stdin") ? readFileSync(0, "utf8") : "";
  appendFileSync(path.join(state, "calls"), `${JSON.stringify(args)}\n`);
  if (args.join(" ") === "buildx version") return process.stdout.write("github.com/docker/buildx v0.29.1\n");
  if (existsSync(path.join(state, "down")))
    refuse("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.");
  if (args[0] === "version") return process.stdout.write("28.2.2\n");
  if (args[0] === "login") return login(input);
  if (args[0] === "buildx" && args[1] === "build") return build(args.slice(2));
  refuse(`docker: '${args[0]}' is not a docker command.`);
}

function login(password) {
  if (!args.includes("--password-stdin")) refuse("WARNING! Using --password via the CLI is insecure.");
  if (password === "") refuse("Error: Password Required");
  writeFileSync(path.join(state, "registry"), args.at(-1));
  writeFileSync(path.join(state, "password"), password);
}

async function build(given) {
  const context = given.at(-1);
  const flags = given
    .slice(0, -1)
    .map((flag) => /^--([a-z-]+)(?:=(.*))?$/s.exec(flag) ?? refuse(`unknown flag: ${flag}`));
  for (const [, name] of flags) if (!FLAGS.includes(name)) refuse(`unknown flag: --${name}`);
  const value = (name) => flags.find(([, found]) => found === name)?.[2];
  if (!existsSync(path.join(context, "Dockerfile"))) refuse("failed to read dockerfile: open Dockerfile: no such file");
  const [, registry, repositoryName, imageTag] =
    /^([^/]+)\/([^:]+):([\w][\w.-]{0,127})$/.exec(value("tag")) ?? refuse("invalid reference format");
  process.stderr.write("#1 [internal] load build definition from Dockerfile\n");
  const loggedIn = existsSync(path.join(state, "registry")) && readFileSync(path.join(state, "registry"), "utf8");
  if (value("push") === undefined && !given.includes("--push")) return;
  if (loggedIn !== registry) refuse("push access denied: no basic auth credentials");
  const config = {
    digest: `sha256:${createHash("sha256").update(given.join()).digest("hex")}`,
    size: 1,
    mediaType: "application/vnd.oci.image.config.v1+json",
  };
  const manifest = { schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config, layers: [] };
  const { ECR } = require("@aws-sdk/client-ecr");
  const { image } = await new ECR({}).putImage({ repositoryName, imageTag, imageManifest: JSON.stringify(manifest) });
  const digest = existsSync(path.join(state, "lie")) ? config.digest : image.imageId.imageDigest;
  writeFileSync(value("metadata-file"), JSON.stringify({ "containerimage.digest": digest }));
}

main().catch((error) => refuse(String(error)));
