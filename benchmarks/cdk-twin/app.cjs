// The architecture of Pulumi.production.yaml as an AWS CDK app, written as CDK's own documentation writes such apps: constructs of
// its second level wherever there is one. What is left out or differs is listed in README.md. Run by benchmarks/main.ts.
"use strict";
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { App, CfnResource, Stack, Tags, Validations } = require("aws-cdk-lib");
const { network } = require("./lib/network.cjs");
const { data } = require("./lib/data.cjs");
const { compute } = require("./lib/compute.cjs");
const { edge } = require("./lib/edge.cjs");
const { monitoring } = require("./lib/monitoring.cjs");

const outdir = mkdtempSync(join(tmpdir(), "cdk-twin-"));
// As `cdk init` sets it for new apps.
const context = { "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true };
const app = new App({ outdir, context, analyticsReporting: false });
const env = { account: "123456789012" };
const home = new Stack(app, "production", { env: { ...env, region: "ap-northeast-1" }, crossRegionReferences: true });
const global = new Stack(app, "production-global", {
  env: { ...env, region: "us-east-1" },
  crossRegionReferences: true,
});
Tags.of(app).add("Project", "affiliate-system");
Tags.of(app).add("Environment", "production");

const foundation = network(home);
const stores = data(home, foundation);
const services = compute(home, foundation, stores);
const front = edge(home, global, services, stores);
monitoring(home, global, { ...foundation, ...stores, ...services, ...front });

const nag = process.env.CDK_TWIN_NAG === "1";
if (nag) {
  const { AwsSolutionsChecks } = require("cdk-nag");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
try {
  app.synth();
} catch (error) {
  // What cdk-nag finds is neither mended nor acknowledged here: its work is done when it says so.
  if (!nag || !error.message.includes("Validation failed")) throw error;
}
globalThis.benchmarkResources = [home, global].flatMap((stack) =>
  stack.node.findAll().filter((node) => CfnResource.isCfnResource(node)),
).length;
rmSync(outdir, { recursive: true, force: true });
