import { describe, expect, it } from "vitest";
import { type SecretName, secretNames } from "../../config/secrets";
import { PRODUCTION, secretsWorld } from "../support/secrets-world";

const { front, run, pipe, afterUp, valueOf } = secretsWorld();

describe("no secret value is ever printed", () => {
  const CANARIES = {
    "app-key": { APP_KEY: `base64:${Buffer.alloc(32, "canary").toString("base64")}` },
    "redis-app": { password: "canaryCanaryCanary9&<1" },
    "database-app": { password: "canaryCanaryCanary2" },
    datadog: { api_key: "cafe".repeat(8), app_key: "beef".repeat(10) },
    slack: { webhook_url: "https://hooks.slack.com/services/T1/B1/canaryCanary3" },
  } satisfies Partial<Record<SecretName, Record<string, string>>>;
  const values = Object.values(CANARIES).flatMap((keys): string[] => Object.values(keys));
  const forms = values.flatMap((value) => [value, encodeURIComponent(value), Buffer.from(value).toString("base64")]);

  /** An error that quotes the whole request, as no service should. */
  const quoting = (on: string, quoted: string) => ({
    on,
    times: 9,
    answer: {
      status: 400,
      body: on.startsWith("Modify")
        ? `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameterValue</Code>` +
          `<Message>bad ${quoted.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</Message></Error></ErrorResponse>`
        : JSON.stringify({ __type: "ValidationException", Message: `Value '${quoted}' failed` }),
    },
  });

  it("by any command, of any secret, in any ending", async () => {
    await afterUp();
    const outputs: string[] = [];
    const keep = async (ran: Promise<{ stdout: string; stderr: string }>) => {
      const { stdout, stderr } = await ran;
      outputs.push(stdout, stderr);
    };
    for (const [name, given] of Object.entries(CANARIES)) {
      const words = ["secrets", "set", name, ...PRODUCTION];
      const [first = ""] = Object.values<string>(given);
      await keep(pipe(given, ...words, "--dry-run", "--json"));
      await keep(pipe({ ...given, [first]: first }, ...words, "--yes", "production"));
      await keep(pipe(`${JSON.stringify(given)}}`, ...words, "--yes", "production"));
      await keep(pipe(first, ...words, "--yes", "production"));
      front().fail(quoting("PutSecretValue", first));
      if (name === "redis-app") front().fail(quoting("ModifyUser", first));
      await keep(pipe(given, ...words, "--yes", "production"));
      front().heal();
      await keep(pipe(given, ...words, "--yes", "production", "--json"));
      await keep(run(...words, "--rotate", "--yes", "production"));
      await keep(run(...words, "--dry-run"));
      await keep(pipe(given, ...words, "--yes", "production"));
    }
    await keep(run("secrets", "check", ...PRODUCTION));
    await keep(run("secrets", "check", ...PRODUCTION, "--json"));

    const all = outputs.join("\n");
    expect(all).toContain("Wrote a new version of affiliate/production/slack.");
    expect(all).toContain("[secret]"); // the quoting errors were shown, without what they quote
    for (const form of forms) expect(all).not.toContain(form);
    for (const name of secretNames) {
      const held = await valueOf(name).catch(() => ({}));
      for (const [key, value] of Object.entries<string>(held)) {
        if (key !== "username" && value !== "") expect(all).not.toContain(value);
      }
    }
  });
});
