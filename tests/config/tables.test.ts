import { databaseUsers } from "../../config/database-users";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { arn } from "../../config/arn";
import { keyOf, nearest, show } from "../../config/faults";
import { cpuSizes, memorySizes } from "../../config/fargate";
import { cacheFamilies, databaseFamilies, isBurstable, isOffered } from "../../config/instance-types";
import { nameRules } from "../../config/naming";
import { providerKeys } from "../../config/provider-keys";
import { regions } from "../../config/regions";
import { inWords } from "../../config/rules/rule";
import { type SecretKey, secretDefinition, secretKeys, secretNames, secretsReadBy } from "../../config/secrets";
import { createStackFacts } from "../../config/stack";
import { auroraLine, auroraLines } from "../../config/versions";
import { brokenStackFiles, stepsOf } from "./broken-stack-files";
import { ROOT, settingsOfStack } from "./stack-files";

const stack = createStackFacts(settingsOfStack("production"));

describe("ARNs", () => {
  it.each([
    [arn(stack, "logs", "log-group:/affiliate/production/web:*"), "ap-northeast-1:123456789012"],
    [arn(stack, "acm", "certificate/*", { region: "us-east-1" }), "us-east-1:123456789012"],
    [arn(stack, "iam", "role/affiliate-production-web"), ":123456789012"],
    [arn(stack, "iam", "policy/ReadOnlyAccess", { accountId: "aws" }), ":aws"],
    [arn(stack, "cloudfront", "distribution/*"), ":123456789012"],
    [arn(stack, "s3", "affiliate-production-uploads-123456789012/*"), ":"],
    [arn(stack, "route53", "hostedzone/Z0123456789EXAMPLE12"), ":"],
  ])("%s", (text, place) => {
    const [head, partition, service, region, account, ...resource] = text.split(":");
    expect([head, partition]).toEqual(["arn", "aws"]);
    expect(service).toMatch(/^[a-z0-9]+$/);
    expect(`${region}:${account}`).toBe(place);
    expect(resource.join(":")).not.toBe("");
  });
});

describe("secrets", () => {
  it("have names that AWS takes, keys, and somebody who reads them", () => {
    for (const name of secretNames) {
      expect(stack.name("secret", name)).toMatch(nameRules.secret.pattern);
      expect(secretKeys(name).length).toBeGreaterThan(0);
      expect(secretDefinition(name).readers.length).toBeGreaterThan(0);
      expect(secretDefinition(name).purpose).toMatch(/\w+ \w+/);
    }
  });

  it("reach no party that has no use for them", () => {
    expect(secretsReadBy("web")).toEqual(["app-key", "database-app", "redis-app", "datadog"]);
    expect(secretsReadBy("migration")).toEqual(["app-key", "database-migration"]);
    expect(secretsReadBy("queueMetrics")).toEqual(["redis-metrics"]);
    expect(secretsReadBy("dump")).toEqual(["database-dump"]);
    expect(secretsReadBy("databaseUsers")).toEqual(Object.values(databaseUsers).map(({ secret }) => secret));
  });

  it("hold passwords that ElastiCache and MySQL take", () => {
    for (const name of secretNames) {
      for (const source of Object.values(secretDefinition(name).keys)) {
        if (source.kind !== "password") continue;
        expect(source.length).toBeGreaterThanOrEqual(16);
        expect(source.length).toBeLessThanOrEqual(128);
      }
    }
  });

  it("know their keys when they are compiled", () => {
    const right: SecretKey<"datadog"> = "api_key";
    // @ts-expect-error A misspelt key does not compile.
    const wrong: SecretKey<"datadog"> = "apikey";
    expect(secretKeys("datadog")).toContain(right);
    expect(secretKeys("datadog")).not.toContain(wrong);
  });
});

describe("sizes", () => {
  it("are Fargate's", () => {
    expect(cpuSizes).toEqual([256, 512, 1024, 2048, 4096, 8192, 16384]);
    expect(memorySizes(256)).toEqual([512, 1024, 2048]);
    expect(memorySizes(512)).toEqual([1024, 2048, 3072, 4096]);
    expect(memorySizes(1024)).toHaveLength(7);
    expect(memorySizes(2048)).toHaveLength(13);
    expect(memorySizes(4096)).toHaveLength(23);
    expect(memorySizes(8192)).toHaveLength(12);
    expect(memorySizes(16384)).toHaveLength(12);
    expect(memorySizes(1536)).toEqual([]);
  });

  it("are classes that AWS offers", () => {
    expect(isOffered(databaseFamilies, "db.r6g.2xlarge")).toBe(true);
    expect(isOffered(databaseFamilies, "db.r6g.3xlarge")).toBe(false);
    expect(isOffered(databaseFamilies, "db.serverless")).toBe(false);
    expect(isOffered(cacheFamilies, "cache.r6g.xlarge")).toBe(true);
    expect(isBurstable("db.t4g.medium") && isBurstable("cache.t4g.small")).toBe(true);
    expect(isBurstable("db.r6g.large")).toBe(false);
  });

  it("come in versions that AWS supports", () => {
    expect(auroraLine("8.0.mysql_aurora.3.10.3")).toBe("3.10");
    expect(auroraLine("8.4")).toBe("");
    const both = Object.keys(auroraLines.supported).filter((line) => line in auroraLines.ended);
    expect(both).toEqual([]);
  });
});

describe("regions", () => {
  it("name zones and lists of their own", () => {
    const all = Object.values(regions);
    expect(new Set(all.flatMap(({ zoneIds }) => zoneIds)).size).toBe(7);
    expect(new Set(all.map(({ cloudFrontPrefixListId }) => cloudFrontPrefixListId)).size).toBe(all.length);
    for (const { zoneIds, withoutVpcOrigins } of all) {
      expect(zoneIds).toEqual(expect.arrayContaining([...withoutVpcOrigins]));
      expect(zoneIds.length - withoutVpcOrigins.length).toBeGreaterThanOrEqual(3);
    }
  });

  it("know the provider's keys as they are installed", () => {
    const typings = readFileSync(path.join(ROOT, "node_modules/@pulumi/aws/config/vars.d.ts"), "utf8");
    const installed = [...typings.matchAll(/^export declare const (\w+)/gm)].map(([, key]) => key);
    expect([...providerKeys].sort()).toEqual(installed.sort());
  });
});

describe("messages", () => {
  it("name keys as `pulumi config set --path` takes them, and are read back", () => {
    expect(keyOf(["database", "instances", 1, "class"])).toBe("affiliate:database.instances[1].class");
    expect(keyOf(["aws", "region"])).toBe("aws:region");
    expect(keyOf(["aws", "allowedAccountIds", 0])).toBe("aws:allowedAccountIds[0]");
    expect(keyOf(["affilate:protect"])).toBe("affilate:protect");
    expect(stepsOf("affiliate:network.zones[1].id")).toEqual(["affiliate:network", "zones", 1, "id"]);
  });

  it("propose what was probably meant, and nothing far-fetched", () => {
    expect(nearest("retention", ["retentionDays", "archiveDays"])).toBeUndefined();
    expect(nearest("retentionDay", ["retentionDays", "archiveDays"])).toBe("retentionDays");
    expect(nearest("OnePerAZ", ["OnePerAz", "Single"])).toBe("OnePerAz");
    expect(nearest("turbo", ["rateLimit"])).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });

  it("keep long values short", () => {
    expect(show("x".repeat(500)).length).toBeLessThan(130);
    expect(show(undefined)).toBe("nothing: the key is missing");
  });

  it("list in words", () => {
    expect([inWords([]), inWords(["a"]), inWords(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
  });

  it("stay inside a terminal's patience", () => {
    for (const { message } of brokenStackFiles()) expect(message.split("\n").length).toBeLessThanOrEqual(8);
  });
});
