import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exitCodes } from "../../operations/exit-codes";
import { incidentStatuses } from "../../operations/status-page/api";
import { bodyOf, nextUpdate, templates, type Words } from "../../operations/status-page/texts";
import type { Verb } from "../../operations/verb";
import { statusPageOpen } from "../../operations/verbs/status-page-open";
import { statusPageResolve } from "../../operations/verbs/status-page-resolve";
import { statusPageShow } from "../../operations/verbs/status-page-show";
import { statusPageUpdate } from "../../operations/verbs/status-page-update";
import { runVerbs, stackFolder } from "../support/command-line";
import { idOf, secretsWorld } from "../support/secrets-world";
import { startStatuspage } from "../support/statuspage";

const PAGE = "kctbh9vrtdwd";
const KEY = "c4naryKey-0123456789-abcdef";
const WORDS = ["--since", "09:05", "--ja", "管理画面に入れない事象", "--en", "the screens cannot be reached"];
const RESOLVED = [
  ...[...WORDS, "--until", "09:50", "--effect-ja", "計測に影響はありません"],
  ...["--effect-en", "All clicks were counted", "--report", "2026-12-01"],
];
const YES = ["--yes", "production"];

const { direct } = secretsWorld();
const root = stackFolder();
let page: Awaited<ReturnType<typeof startStatuspage>>;
let verbs: readonly Verb[];
let printed = "";

const withPage = (lines: string) => {
  const file = path.join(root, "Pulumi.production.yaml");
  const kept = readFileSync(file, "utf8").split("  affiliate:monitoring:")[0] ?? "";
  writeFileSync(file, `${kept}  affiliate:monitoring:\n    statusPageUrl: https://status.affiliate.example\n${lines}`);
};
const statusPage = async (verb: string, ...more: string[]) => {
  const ran = await runVerbs(verbs, ["status-page", verb, "--stack", "production", ...more], root);
  printed += ran.stdout + ran.stderr;
  return ran;
};

beforeAll(async () => {
  page = await startStatuspage(PAGE, KEY);
  const { api } = page;
  verbs = [statusPageShow(api), statusPageOpen(api), statusPageUpdate(api), statusPageResolve(api)];
});
beforeEach(async () => {
  page.reset(["計測", "管理画面"]);
  withPage(`    statusPage: { pageId: ${PAGE} }\n`);
  await direct().createSecret({ Name: idOf("status-page"), SecretString: JSON.stringify({ api_key: KEY }) });
}, 60_000);
afterAll(async () => {
  await page.stop();
  // Over everything above, errors that quote it among them.
  expect(printed).toContain("[secret]");
  expect(printed).not.toContain(KEY);
});

describe("status-page", () => {
  it("opens, updates and resolves an incident in both languages, its components with it", async () => {
    const component = ["--component", "管理画面", "--state", "major_outage"];
    const opened = await statusPage("open", ...WORDS, "--next", "09:35", ...component, ...YES, "--json");
    expect(opened.code, opened.stderr).toBe(0);
    expect(opened.stderr).toContain("管理画面  operational → major_outage");
    expect(JSON.parse(opened.stdout)).toMatchObject({ result: "published", id: "incident1", status: "investigating" });
    expect(page.stateOf("component1")).toBe("major_outage");
    expect(page.incidents()[0]?.incident_updates[0]).toEqual({
      status: "investigating",
      body:
        "09:05頃より、管理画面に入れない事象が発生しています。現在調査中です。次回更新は09:35を予定しています。\n\n" +
        "Since 09:05 JST, the screens cannot be reached. We are investigating. Next update by 09:35 JST.",
      deliver_notifications: true,
    });

    const shown = await statusPage("show");
    expect(shown.stdout).toMatch(/^component1 +major_outage +管理画面$/m);
    expect(shown.stdout).toMatch(/^incident1 +investigating /m);
    expect(shown.stdout).not.toContain("All of it");

    const updated = await statusPage(
      "update",
      "--ja",
      "一部の機能は使えます",
      "--en",
      "Some of it works",
      "--quiet",
      ...YES,
    );
    expect(updated.code, updated.stderr).toBe(0);
    expect(page.stateOf("component1")).toBe("major_outage");
    expect(page.incidents()[0]?.incident_updates[0]).toMatchObject({
      status: "identified",
      deliver_notifications: false,
    });

    const resolved = await statusPage("resolve", ...RESOLVED, ...YES);
    expect(resolved.code, resolved.stderr).toBe(0);
    expect(page.stateOf("component1")).toBe("operational");
    expect(page.incidents()[0]?.status).toBe("resolved");
    expect((await statusPage("show")).stdout).toContain("No incident is open.");
    expect(page.asked.every(({ authorization }) => authorization === `OAuth ${KEY}`)).toBe(true);
  });

  it("--dry-run shows it, and publishes nothing", async () => {
    const { code, stderr, stdout } = await statusPage("open", ...WORDS, "--dry-run", "--json");
    expect(code).toBe(0);
    expect(stderr).toContain("Dry run: nothing was published.");
    expect(JSON.parse(stdout)).toMatchObject({ result: "dryRun", incident: { status: "investigating" } });
    expect(page.published()).toEqual([]);
  });

  it("asks before it publishes, and refuses where there is nobody to ask", async () => {
    const { code, stderr } = await statusPage("open", ...WORDS);
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("Add --yes production");
    expect(page.published()).toEqual([]);
  });

  it("opens no second incident by mistake, and asks which where two are open", async () => {
    await statusPage("open", ...WORDS, "--component", "計測", ...YES);
    const again = await statusPage("open", ...WORDS, ...YES);
    expect(again.code).toBe(exitCodes.refused.code);
    expect(again.stderr).toContain("An incident is open already");
    await statusPage("open", ...WORDS, "--component", "計測", "管理画面", "--another", ...YES);
    const unclear = await statusPage("resolve", ...RESOLVED, ...YES);
    expect(unclear.code).toBe(exitCodes.refused.code);
    expect(unclear.stderr).toContain("say which with --incident <id>");
    // What the other one still holds down stays down.
    expect((await statusPage("resolve", ...RESOLVED, "--incident", "incident2", ...YES)).code).toBe(0);
    expect([page.stateOf("component0"), page.stateOf("component1")]).toEqual(["partial_outage", "operational"]);
  });

  it.each([
    [["open", "--ja", "x", "--en", "y"], "lacks: --since <hh:mm>"],
    [["open", ...WORDS, "--since", "9:05"], '--since is "9:05"; allowed: hh:mm'],
    [["open", ...WORDS, "--ja", "句点まで。"], "without a full stop"],
    [["open", ...WORDS, "--state", "down"], "name them with --component"],
    [["open", ...WORDS, "--component", "計測", "--state", "down"], '--state is "down"; allowed: operational'],
    [["open", ...WORDS, "--component", "API"], 'no component "API"'],
    [["open", ...WORDS, "--title", " "], "--title has 0 characters"],
    [["update", "--status", "resolved"], "When it is over: status-page resolve"],
  ])("%j: says what is allowed, and publishes nothing", async (words, says) => {
    const [verb = "", ...more] = words;
    const { code, stderr } = await statusPage(verb, ...more, ...YES);
    expect(stderr).toContain(says);
    expect(code).toBe(exitCodes.usage.code);
    expect(page.published()).toEqual([]);
  });

  it("refuses words that the text has no place for", async () => {
    await statusPage("open", ...WORDS, ...YES);
    const { code, stderr } = await statusPage("update", "--ja", "x", "--en", "y", "--since", "09:00", ...YES);
    expect({ code, said: stderr.includes("has no place for --since") }).toEqual({ code: 2, said: true });
  });

  it("reads all components of a page with more than an answer holds", async () => {
    page.reset(Array.from({ length: 230 }, (_, at) => `part ${at}`));
    const { stdout } = await statusPage("show", "--json");
    expect((JSON.parse(stdout) as { components: unknown[] }).components).toHaveLength(230);
  });
});

describe("where it cannot publish, it says what to do by hand", () => {
  it("no page in the stack file", async () => {
    withPage("");
    const { code, stderr } = await statusPage("open", ...WORDS, ...YES);
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("affiliate:monitoring.statusPage.pageId");
    expect(stderr).toContain("docs/incident/status-page.md#by-hand");
    expect(page.asked).toEqual([]);
  });

  it("no key", async () => {
    await direct().putSecretValue({ SecretId: idOf("status-page"), SecretString: "{}" });
    const { code, stderr } = await statusPage("show");
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("secrets set status-page --stack production");
  });

  it.each([
    [401, "noAccess", "does not accept the key"],
    [403, "noAccess", "may not manage this page's incidents"],
    [404, "refused", "statusPage.pageId"],
    [422, "failed", "By hand:"],
  ] as const)("Statuspage answers %d, quoting the key", async (status, reason, advice) => {
    page.fail("POST", { status, body: `{"error":"bad OAuth ${KEY}"}` });
    const { code, stderr } = await statusPage("open", ...WORDS, ...YES);
    expect(code).toBe(exitCodes[reason].code);
    expect(stderr).toContain(`Statuspage answered ${status}: {"error":"bad OAuth [secret]"}`);
    expect(stderr).toContain(advice);
  });

  it("reads again when it is slowed down or cut off, and not for ever", async () => {
    page.fail("GET", { status: 429, body: "" });
    page.fail("GET", "cut");
    expect((await statusPage("show")).code).toBe(0);
    for (let times = 0; times < 3; times += 1) page.fail("GET", { status: 420, body: "slow down" });
    const { code, stderr } = await statusPage("show");
    expect({ code, said: stderr.includes("Statuspage answered 420: slow down") }).toEqual({ code: 1, said: true });
  });

  it.each(["cut", { status: 502, body: "" }] as const)(
    "sends nothing twice when the answer is lost: %j",
    async (fault) => {
      page.fail("POST", fault, true);
      const { code, stderr } = await statusPage("open", ...WORDS, ...YES);
      expect(code).toBe(exitCodes.failed.code);
      expect(stderr).toContain("It may have been published all the same");
      expect(page.published()).toHaveLength(1);
      expect(page.incidents()).toHaveLength(1);
    },
  );

  it("an answer that is not as documented", async () => {
    page.fail("GET", { status: 200, body: "<html>" });
    expect((await statusPage("show")).stderr).toContain("is not JSON");
    page.fail("GET", { status: 200, body: '[{"id":1}]' });
    expect((await statusPage("show")).stderr).toContain("is not as documented: 0.id");
  });
});

describe("the texts", () => {
  const doc = (file: string) => readFileSync(path.resolve(__dirname, "../../docs/incident", file), "utf8");
  const inWords = (ja: string, en: string): Words => ({
    ...{ ja, en, since: "[hh:mm]", until: "[hh:mm]", next: "[hh:mm]" },
    ...{ effectJa: "[クリック・成果の計測への影響]", effectEn: "[Whether clicks and conversions were counted]" },
    report: "[yyyy-mm-dd]",
  });
  const blanks: Record<string, Words> = {
    investigating: inWords("[利用者に見える事象]", "[what visitors notice]"),
    identified: inWords("[利用できる機能/できない機能]", "[What works, what does not]"),
    monitoring: inWords("[機能]", "[what]"),
    resolved: inWords("[事象]", "[what did not work]"),
  };

  it.each(incidentStatuses)("%s: those of the page that is read by hand", (status) => {
    const words = blanks[status];
    if (words === undefined) throw new Error(status);
    const { ja, en } = templates[status];
    expect(doc("status-page.md")).toContain(ja(words));
    expect(doc("status-page.ja.md")).toContain(ja(words));
    expect(doc("status-page.md").replace(/\s+/g, " ")).toContain(en(words));
    expect(bodyOf(status, words)).toBe(`${ja(words)}\n\n${en(words)}`);
  });

  it("the next update is due in half an hour, by Tokyo's clock", () => {
    expect(nextUpdate(new Date("2026-11-27T14:45:10Z"))).toBe("00:15");
  });
});
