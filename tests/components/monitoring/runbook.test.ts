import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { backupMetrics } from "../../../components/data/backup-metrics";
import { type AlarmRule, incidentPages } from "../../../components/monitoring/alarm";
import { backupRules } from "../../../components/monitoring/alarms/backups";
import { composites } from "../../../components/monitoring/composites";
import { runbookLinks, sectionOf } from "../../../components/monitoring/runbook";
import { settingsOfStack } from "../../config/stack-files";
import { ALARM, COMPOSITE, MONITOR, platform, SYNTHETIC } from "./platform";

const root = join(__dirname, "..", "..", "..");
const folder = join(root, "docs", "incident");
const files = readdirSync(folder).filter((file) => file.endsWith(".md"));
const text = (file: string) => readFileSync(join(folder, file), "utf8");
const languages = {
  "": ["Means", "Look", "Do", "Roll back"],
  ".ja": ["意味", "最初に見る", "対処", "ロールバック"],
} as const;
const labelled = Object.entries(languages);
/** Sections that no alarm of the table leads to. */
const others = ["heartbeat", "drill", "set-up"];

/** With those of backups, which a stack without a vault has none of. */
async function everyRule(): Promise<readonly AlarmRule[]> {
  const { rules } = await platform("production");
  const backups = backupRules({ metrics: backupMetrics("vault") });
  return [...rules, ...backups.filter(({ key }) => !rules.some((rule) => rule.key === key))];
}

/** As GitHub makes anchors of headings. */
function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

const withoutCode = (markdown: string) => markdown.replace(/^\s*```[\s\S]*?^\s*```/gm, "");
const anchors = (markdown: string) =>
  [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => slug(heading));
const codeOf = (markdown: string) =>
  [...markdown.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, code = ""]) => code);

function sections(file: string): Map<string, string> {
  return new Map(
    text(file)
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf("\n")).trim(), section] as const),
  );
}

describe("each alarm's link", () => {
  it("leads to a section that is there, in both languages", async () => {
    for (const stack of ["production", "staging"] as const) {
      const { recording } = await platform(stack);
      const { runbookUrl } = settingsOfStack(stack).monitoring;
      const alarms = [...recording.ofType(ALARM), ...recording.ofType(COMPOSITE)];
      const monitors = [...recording.ofType(MONITOR), ...recording.ofType(SYNTHETIC)];
      expect(monitors.length).toBeGreaterThan(7);
      const texts = [
        ...alarms.map(({ inputs }) => String(inputs.alarmDescription)),
        ...monitors.map(({ inputs }) => String(inputs.message)),
      ];
      const links = texts.flatMap((described) => described.match(/https:\S+/g) ?? []);
      expect(links.length).toBeGreaterThan(150);
      for (const link of links) {
        expect(link.startsWith(`${runbookUrl}/`)).toBe(true);
        const [file = "", anchor = ""] = link.slice(runbookUrl.length + 1).split("#");
        expect(existsSync(join(root, file)), link).toBe(true);
        expect(anchors(readFileSync(join(root, file), "utf8")), link).toContain(anchor);
      }
    }
  });

  it("takes the alarm's own heading, or its fault's where it is a composite", () => {
    const alarm = { page: "redis", key: "redis-sessions-memory-full", fault: "data" } as const;
    expect(runbookLinks(alarm, "https://x")).toEqual({
      en: "https://x/docs/incident/redis.md#redis-sessions-memory-full",
      ja: "https://x/docs/incident/redis.ja.md#redis-sessions-memory-full",
    });
    expect(runbookLinks({ page: "database", fault: "data" }, "https://x").en).toMatch(/database\.md#data$/);
  });

  it("is no other alarm's: each has a section of its own, in both languages", async () => {
    const all = [...(await everyRule()), ...composites];
    const places = all.map((entry) => `${entry.page} ${sectionOf(entry)}`);
    expect(new Set(places).size).toBe(all.length);
    for (const entry of all) {
      for (const language of Object.keys(languages)) {
        const file = `${entry.page}${language}.md`;
        const found = [...text(file).matchAll(/^## (\S+)$/gm)].filter(([, heading]) => heading === sectionOf(entry));
        expect(found, `${file}: ${sectionOf(entry)}`).toHaveLength(1);
      }
    }
  });
});

describe.each(incidentPages)("docs/incident/%s.md", (page) => {
  it.each(labelled)(
    "%s says of each alarm what it means, where to look, what to do, when to roll back",
    (language, labels) => {
      for (const [anchor, section] of sections(`${page}${language}.md`)) {
        if (anchor === "drill" || anchor === "set-up") continue;
        const found = [...withoutCode(section).matchAll(/^\*\*(.+?)\.\*\*/gm)].map(([, label]) => label);
        expect(found, anchor).toEqual(labels);
        if (!/^(As for|\[errors\])/.test(section.split("**Do.**")[1]?.trim() ?? ""))
          expect(codeOf(section).length, anchor).toBeGreaterThan(0);
      }
    },
  );

  it("has no section that no alarm leads to", async () => {
    const { monitors } = await platform("production");
    const led = [...(await everyRule()), ...composites].filter((entry) => entry.page === page);
    // Datadog's monitors lead to the sections of the alarms that say the same, and to some of their own.
    const beside = monitors.filter((monitor) => monitor.page === page).map(({ anchor }) => anchor);
    const wanted = new Set([...led.map(sectionOf), ...beside]);
    const found = [...sections(`${page}.md`).keys()].filter((anchor) => !others.includes(anchor));
    expect(found.filter((anchor) => !wanted.has(anchor))).toEqual([]);
  });

  it("has the same sections and the same commands in both languages", () => {
    expect([...sections(`${page}.ja.md`).keys()]).toEqual([...sections(`${page}.md`).keys()]);
    expect(codeOf(text(`${page}.ja.md`))).toEqual(codeOf(text(`${page}.md`)));
  });
});

describe("docs/incident", () => {
  it.each(files)("%s links to files and headings that are there", (file) => {
    const source = join(folder, file);
    for (const [, target = ""] of withoutCode(text(file)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const absolute = path === "" ? source : join(dirname(source), path);
      expect(existsSync(absolute), `${file}: ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchors(readFileSync(absolute, "utf8")), `${file}: ${target}`).toContain(anchor);
    }
  });

  it.each(["detection.md", "detection.ja.md"])("docs/%s, too", (file) => {
    const page = readFileSync(join(root, "docs", file), "utf8");
    for (const [, target = ""] of page.matchAll(/\]\(([^)\s]+)\)/g)) {
      const [path = "", anchor] = target.split("#");
      const absolute = join(root, "docs", path);
      expect(existsSync(absolute), target).toBe(true);
      if (anchor !== undefined) expect(anchors(readFileSync(absolute, "utf8")), target).toContain(anchor);
    }
  });

  it("has each page in both languages", () => {
    const english = files.filter((file) => !file.endsWith(".ja.md"));
    expect(files.filter((file) => file.endsWith(".ja.md")).sort()).toEqual(
      english.map((file) => file.replace(/md$/, "ja.md")).sort(),
    );
  });

  it("has the runbook's five steps with its times", () => {
    const steps = (file: string) => [...text(file).matchAll(/^## (\d .+)$/gm)].map(([, heading]) => heading);
    expect(steps("README.md")).toEqual([
      "1 Detection (5 minutes)",
      "2 First response (15 minutes)",
      "3 Cause (30 minutes)",
      "4 Recovery",
      "5 Post-mortem (24 hours)",
    ]);
    expect(steps("README.ja.md")).toEqual([
      "1 検知(5分以内)",
      "2 初動対応(15分以内)",
      "3 原因調査(30分以内)",
      "4 復旧作業",
      "5 事後対応(24時間以内)",
    ]);
    expect(codeOf(text("README.ja.md"))).toEqual(codeOf(text("README.md")));
  });

  it("names in its commands only what the program makes", async () => {
    const { recording } = await platform("production");
    const made = new Set(
      recording.resources.flatMap(({ inputs }) =>
        [inputs.name, inputs.alarmName, ...Object.values(inputs)].map(String),
      ),
    );
    for (const { key } of await everyRule()) made.add(`affiliate-production-${key}`);
    const nodes = /^affiliate-production-(sessions|cache)-00[1-3]$/;
    const unknown = files.flatMap((file) =>
      codeOf(text(file)).flatMap((code) => {
        const names = [
          ...code.matchAll(/(?:\/aws\/rds\/cluster\/|\/affiliate\/|aws-waf-logs-)?\$(?:PREFIX|STACK)[a-z0-9/-]*/g),
        ].map(([name]) => name);
        return (
          names
            .map((name) => name.replace("$PREFIX", "affiliate-production").replace("$STACK", "production"))
            .map((name) => name.replace(/\/$/, ""))
            .filter((name) => name.includes("-") || name.startsWith("/"))
            // The account's number follows in the command itself.
            .map((name) => (/-(assets|uploads|backups|redis-exports)-$/.test(name) ? `${name}123456789012` : name))
            // Releases register what runs beside its template.
            .filter((name) => !made.has(name) && !made.has(`${name}-template`) && !nodes.test(name))
            .map((name) => `${relative(root, join(folder, file))}: ${name}`)
        );
      }),
    );
    expect(unknown).toEqual([]);
  });
});
