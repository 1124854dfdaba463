import { describe, expect, it } from "vitest";
import { secretDefinition } from "../../../config/secrets";
import { judge, type Observed } from "../../../operations/secrets/judge";

const now = new Date("2026-11-24T00:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000);
const held = (value: Record<string, unknown> | undefined, age = 1): Observed => ({
  container: "present",
  version: { value, createdAt: daysAgo(age) },
});
const good = { username: "affiliate_app", password: "x".repeat(48) };

describe("what a task needs", () => {
  it.each<[string, Observed, string, string]>([
    ["no container", { container: "absent" }, "no container", "run pulumi up"],
    ["a deleted one", { container: "deleted" }, "deleted", "restore-secret"],
    ["no value", { container: "present" }, "no value", "no value yet"],
    ["a value that is no JSON", held(undefined), "not JSON", "not a JSON object"],
    ["no permission", { container: "present", unreadable: "not authorized" }, "unreadable", "not authorized"],
    ["a missing key", held({ username: "affiliate_app" }), "incomplete", "the key password is missing"],
    ["an empty key", held({ ...good, password: "" }), "incomplete", "the key password is empty"],
    ["a key that is no text", held({ ...good, password: 1 }), "incomplete", "the key password is missing"],
  ])("%s", (_case, observed, state, problem) => {
    const verdict = judge(secretDefinition("database-app"), observed, now);
    expect(verdict).toMatchObject({ ready: false, state });
    expect(verdict.problems.join()).toContain(problem);
  });

  it("is there", () => {
    expect(judge(secretDefinition("database-app"), held(good), now)).toEqual({
      ready: true,
      state: "ready",
      problems: [],
      warnings: [],
      missingKeys: [],
      emptyKeys: [],
      ageDays: 1,
    });
  });

  it("APP_PREVIOUS_KEYS may be empty, APP_KEY may not", () => {
    const definition = secretDefinition("app-key");
    const key = `base64:${Buffer.alloc(32).toString("base64")}`;
    expect(judge(definition, held({ APP_KEY: key, APP_PREVIOUS_KEYS: "" }), now).ready).toBe(true);
    expect(judge(definition, held({ APP_KEY: "", APP_PREVIOUS_KEYS: "" }), now).emptyKeys).toEqual(["APP_KEY"]);
  });
});

describe("warnings leave it ready", () => {
  it("past its rotation, on the day after", () => {
    const definition = secretDefinition("database-app");
    expect(judge(definition, held(good, 90), now).warnings).toEqual([]);
    const late = judge(definition, held(good, 91), now);
    expect(late).toMatchObject({ ready: true, state: "ready, see warning" });
    expect(late.warnings).toEqual(["it is 91 days old and due for rotation after 90"]);
  });

  it("never for what is rotated by hand", () => {
    const slack = { webhook_url: "https://hooks.slack.com/services/T/B/x" };
    expect(judge(secretDefinition("slack"), held(slack, 4000), now).warnings).toEqual([]);
  });

  it("a value of a strange form, without repeating it", () => {
    const { ready, warnings } = judge(secretDefinition("slack"), held({ webhook_url: "http://canary" }), now);
    expect(ready).toBe(true);
    expect(warnings.join()).toContain("webhook_url does not look like one");
    expect(warnings.join()).not.toContain("canary");
  });
});
