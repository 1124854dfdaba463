// Pages that the code knows better: `npm run docs` (vitest's -u) writes them anew, and this test fails where they are not as the code is.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../operations/exit-codes";
import { verbs } from "../../operations/verbs";
import { settingsOf as allSettings, settingsPage } from "../../report/pages/settings";
import { alarmsPage } from "../../report/pages/alarms";
import { type CostedStack, costsPage } from "../../report/pages/costs";
import { docstringsOf } from "../../report/pages/docstrings";
import { operationsJa } from "../../report/pages/operations-ja";
import { examplesJa, optionsJa } from "../../report/pages/operations-words-ja";
import { operationsPage } from "../../report/pages/operations";
import { outputsJa } from "../../report/pages/outputs-ja";
import { outputsList, outputsPage } from "../../report/pages/outputs";
import { fileOf, type Language, languages } from "../../report/pages/page";
import { exemptionExample, policyPage } from "../../report/pages/policy";
import { settingsJa } from "../../report/pages/settings-ja";
import { japanese } from "../../policy/japanese";
import { relaxations } from "../../policy/japanese/relaxations";
import { exemptionsSchema } from "../../policy/framework/exemptions";
import { rules } from "../../policy/rules";
import { withTable } from "../../policy/framework/readme";
import { platform } from "../components/monitoring/platform";
import { settingsOfStack } from "../config/stack-files";

const root = join(__dirname, "..", "..");
const formatted = (page: string): Promise<string> => format(page, { parser: "markdown", printWidth: 120 });

async function costed(stack: "production" | "staging"): Promise<CostedStack> {
  const { recording } = await platform(stack);
  return { settings: settingsOfStack(stack), count: (type) => recording.ofType(type).length };
}

const pages: Readonly<Record<string, (language: Language) => string | Promise<string>>> = {
  settings: settingsPage,
  policy: policyPage,
  outputs: outputsPage,
  operations: operationsPage,
  alarms: async (language) => {
    const { rules: alarms, monitors } = await platform("production");
    return alarmsPage(alarms, monitors, language);
  },
  costs: async (language) => costsPage(await costed("production"), await costed("staging"), language),
};

describe.each(Object.keys(pages))("docs/reference/%s", (name) => {
  it.each(languages)(
    "in %s is as the code is",
    async (language) => {
      const page = await formatted((await pages[name]?.(language)) ?? "");
      await expect(page).toMatchFileSnapshot(join(root, fileOf(name, language)));
    },
    120_000,
  );
});

it("policy/README.md has the table of rules as it is", async () => {
  const file = join(root, "policy", "README.md");
  await expect(await formatted(withTable(readFileSync(file, "utf8"), rules))).toMatchFileSnapshot(file);
});

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].filter((text) => text !== "").sort();

/** A Japanese one, whole. */
const SENTENCE = /^(?=.*[\u3040-\u30ff]).*[。)]$/;

/** What a reader looks for in the code: files, properties, keys of a stack file. */
function namesIn(text: string): string[] {
  const plain = text.replaceAll("ARNs", "ARN").replaceAll("blue/green", "");
  const names = plain.match(/[a-z]+(?:[/.:-][\w/.-]+)+|\b[a-z]+[A-Z]\w*|\b[A-Z]\w+[A-Z]\w*|\b[a-z]+_\w+/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/[.:]$/, "")))].sort();
}

describe("what is written by hand beside them is whole", () => {
  it("every setting that is explained in English is in Japanese, and no other", () => {
    const docs = docstringsOf(join(root, "config", "settings.ts"), "stackFile");
    const known = new Set(allSettings().map(({ path }) => path));
    const explained = [...docs].filter(([path, { text }]) => text !== "" && known.has(path)).map(([path]) => path);
    expect(explained.length).toBeGreaterThan(70);
    expect(explained.filter((path) => settingsJa[path] === undefined)).toEqual([]);
    expect(Object.keys(settingsJa).filter((path) => !known.has(path))).toEqual([]);
  });

  it("every rule says what it holds and how it is mended in Japanese, with the same names in it, and no other does", () => {
    const named = (group: string): string[] => rules.filter((rule) => rule.group === group).map(({ name }) => name);
    for (const [group, texts] of Object.entries(japanese)) expect(Object.keys(texts), group).toEqual(named(group));
    expect(Object.values(japanese).flatMap((texts) => Object.keys(texts))).toHaveLength(rules.length);
    for (const rule of rules) {
      const text = japanese[rule.group][rule.name];
      expect(text?.description, rule.name).toMatch(SENTENCE);
      expect(text?.mend, rule.name).toMatch(SENTENCE);
      expect(namesIn(text?.mend ?? ""), rule.name).toEqual(namesIn(rule.mend));
    }
  });

  it("every reason of a stack that is held to less is in Japanese, and no other", () => {
    const folder = join(root, "policy", "stacks");
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
      const stack = file.replace(/\.json$/, "");
      const set = JSON.parse(readFileSync(join(folder, file), "utf8")) as object;
      expect(Object.keys(relaxations[stack] ?? {}), stack).toEqual(Object.keys(set));
      for (const reason of Object.values(relaxations[stack] ?? {})) expect(reason).toMatch(SENTENCE);
    }
  });

  it("every verb and every exit code is in Japanese", () => {
    expect(Object.keys(operationsJa.verbs).sort()).toEqual(verbs.map(({ path }) => path).sort());
    expect(Object.keys(operationsJa.exits).sort()).toEqual(Object.keys(exitCodes).sort());
  });

  it("every option, argument, example and output is in Japanese, and nothing that no verb or stack says any more", () => {
    const said = verbs.flatMap(({ options = [], arguments: given = [] }) => [...options, ...given]);
    expect(Object.keys(optionsJa).sort()).toEqual(distinct(said.map(({ description }) => description)));
    const examples = verbs.flatMap((verb) => verb.examples.map(({ says }) => says));
    expect(Object.keys(examplesJa).sort()).toEqual(distinct(examples));
    expect(Object.keys(outputsJa).sort()).toEqual(distinct(outputsList().map(({ text }) => text)));
  });

  it("reads docstrings through calls, spreads and imports", () => {
    const docs = docstringsOf(join(root, "config", "settings.ts"), "stackFile");
    expect(docs.get("compute.web.cpuPercent")).toEqual({ text: "Mean CPU of the tasks to hold.", default: "70" });
    expect(docs.get("database.restore")?.text).toMatch(/^Data is restored into a new generation/);
    expect(docs.get("redis.cache.nodes")?.text).toMatch(/^The primary and its replicas/);
    expect(() => docstringsOf(join(root, "config", "settings.ts"), "nothing")).toThrow("has no constant nothing");
  });

  it("outputs go down to their leaves", () => {
    const names = outputsList().map(({ name }) => name);
    expect(names).toContain("services.web.logGroup");
    expect(names).toContain("database.writerEndpoint");
    expect(names.length).toBeGreaterThan(45);
  });

  it("the exemption that the policy page shows is one that the pack takes", () => {
    for (const [rule, { exemptions }] of Object.entries(exemptionExample)) {
      expect(rules.map(({ name }) => name)).toContain(rule);
      for (const exemption of exemptions) {
        expect(Object.keys(exemption).sort()).toEqual([...exemptionsSchema.items.required].sort());
      }
    }
  });
});
