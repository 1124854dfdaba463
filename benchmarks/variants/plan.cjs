// Writes what the production stack asks for, under mocks, to the file named by BENCHMARK_PLAN: what the pack is then asked about.
"use strict";
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { repository, run } = require("./mocks.cjs");
const pulumi = require("@pulumi/pulumi");

const seen = [];
const { setMocks } = pulumi.runtime;
pulumi.runtime.setMocks = (mocks, ...rest) =>
  setMocks(
    {
      ...mocks,
      newResource: (asked) => {
        seen.push({ type: asked.type, name: asked.name, inputs: asked.inputs });
        return mocks.newResource(asked);
      },
    },
    ...rest,
  );
void run("production", () => require(join(repository, "program.cjs"))).then(() =>
  writeFileSync(process.env.BENCHMARK_PLAN, JSON.stringify(seen)),
);
