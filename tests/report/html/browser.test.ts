// The report as it is read: in a real browser, made from the stacks as the real engine has brought them up.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadAssets } from "../../../report/html/assets";
import { Graph } from "../../../report/html/graph";
import { renderPage, SECTIONS } from "../../../report/html/page";
import { readEventLog } from "../../../report/plan";
import { startBrowser } from "../../support/browser";
import { CANARY, landed, landedHome, type LandedStack, scratch } from "../../support/landed";

const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff]/;
const ENGINE = 600_000;
let browser: Browser;
const files = { update: "", losses: "" };

async function write(name: string, stack: LandedStack, log: string): Promise<string> {
  const { state } = await landed(stack);
  const source = {
    stack,
    cloud: "simulated",
    events: readEventLog(log, stack),
    graph: new Graph(state.deployment.resources ?? []),
    at: new Date("2026-11-27T00:00:00Z"),
  } as const;
  mkdirSync(scratch("report"), { recursive: true });
  const file = join(scratch("report"), `${name}.html`);
  writeFileSync(file, await renderPage(source, await loadAssets()));
  return file;
}

beforeAll(async () => {
  await landed("production");
  await landed("staging");
  const log = join(landedHome(), ".state", "events", "production-up.jsonl");
  files.update = await write("update", "production", log);
  files.losses = await write("losses", "staging", join(__dirname, "..", "recorded", "staging-changes.jsonl"));
  browser = await startBrowser();
}, ENGINE);
afterAll(() => browser?.close());

interface Opened {
  readonly page: Page;
  readonly said: readonly string[];
  readonly fetched: readonly string[];
}

/** Closes itself after the work; what the browser says, or asks for, is kept. */
async function read(file: string, options: BrowserContextOptions, work: (opened: Opened) => Promise<void>) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 1000 },
    reducedMotion: "reduce",
    ...options,
  });
  try {
    const page = await context.newPage();
    const [said, fetched]: [string[], string[]] = [[], []];
    page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => fetched.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await work({ page, said, fetched });
  } finally {
    await context.close();
  }
}

const english: BrowserContextOptions = { locale: "en-GB" };
const shown = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).filter({ visible: true }).allInnerTexts();

describe("the report in a browser", () => {
  it("shows every section, says nothing in the console and asks no network for anything", async () => {
    for (const file of Object.values(files)) {
      await read(file, english, async ({ page, said, fetched }) => {
        for (const id of SECTIONS) {
          expect((await page.locator(`#${id}`).innerText()).length, id).toBeGreaterThan(60);
          expect(await page.locator(`nav a[href="#${id}"]`).count()).toBe(1);
        }
        expect(await page.locator(".drawing svg .box").count()).toBeGreaterThan(40);
        await page.locator("#theme").click();
        await page.locator("#language").click();
        expect(said).toEqual([]);
        expect(fetched).toEqual([pathToFileURL(file).href]);
      });
    }
  });

  it("would not run a script that somebody has put into it", async () => {
    const file = join(scratch("report"), "tampered.html");
    writeFileSync(
      file,
      readFileSync(files.update, "utf8").replace("</body>", "<script>document.title='taken'</script></body>"),
    );
    await read(file, english, async ({ page, said }) => {
      expect(await page.title()).not.toBe("taken");
      expect(said.join()).toContain("Content Security Policy");
    });
  });

  it("speaks the reader's language, and the other one at a click", async () => {
    await read(files.update, { locale: "ja-JP" }, async ({ page }) => {
      expect(await page.locator("html").getAttribute("lang")).toBe("ja");
      expect(await shown(page, "h2")).toContain("バックアップ");
      expect(await page.locator("#search").getAttribute("placeholder")).toMatch(JAPANESE);
      for (const heading of await shown(page, "h2")) expect(heading).toMatch(JAPANESE);
      await page.getByRole("button", { name: "Show in English" }).click();
      expect(await page.locator("html").getAttribute("lang")).toBe("en");
      expect(await page.locator("main").innerText()).not.toMatch(JAPANESE);
      expect(await shown(page, ".drawing tspan")).not.toContainEqual(expect.stringMatching(JAPANESE));
      expect(await page.locator("#search").getAttribute("placeholder")).not.toMatch(JAPANESE);
    });
  });

  it("tells a reader of Japanese what a broken rule holds, how it is mended, and why staging is held to less", async () => {
    await read(files.losses, { locale: "ja-JP" }, async ({ page }) => {
      const [broken = ""] = await shown(page, "#policy li.note");
      expect(broken).toMatch(
        /elasticache-snapshots[\s\S]*Redisは毎日保存されています。[\s\S]*直し方: スタックファイルの/,
      );
      await page.evaluate("document.querySelectorAll('#policy details').forEach((one) => (one.open = true))");
      for (const row of await shown(page, "#policy tbody tr")) expect(row).toMatch(JAPANESE);
    });
  });

  it("measures each page against its own limit", async () => {
    await read(files.update, english, async ({ page }) => {
      const rows = (await shown(page, "#detection table:first-of-type tbody tr")).map((row) => row.split(/\s*\t\s*/));
      const late = rows.find(([name]) => name === "dump-missing");
      expect(late?.slice(2, 4)).toEqual(["27 h 07 min", "28 h 00 min"]);
      expect(rows.find(([name]) => name === "errors")?.[3]).toBe("5:00");
      expect(await page.locator("#detection .late").count()).toBe(0);
      expect(await page.locator('.tile.bad[href="#detection"]').count()).toBe(0);
    });
  });

  it("finds resources by what is typed, by keyboard alone", async () => {
    await read(files.update, english, async ({ page }) => {
      const rows = page.locator("tr.resource");
      const all = await rows.count();
      await page.keyboard.press("/");
      await page.keyboard.type("redis-sessions elasticache");
      const found = await shown(page, "tr.resource");
      expect(found.length).toBeGreaterThan(2);
      expect(found.length).toBeLessThan(all);
      for (const row of found)
        expect(row.toLowerCase()).toMatch(/redis-sessions.*elasticache|elasticache.*redis-sessions/s);
      expect(await page.locator("#found").innerText()).toBe(`${found.length} of ${all} resources`);
      expect(await page.locator('[data-box="redis-sessions"].dimmed').count()).toBe(0);
      expect(await page.locator('[data-box="web-acl"].dimmed').count()).toBe(1);
      await page.keyboard.press("Escape");
      expect(await page.locator("#found").innerText()).toBe(`${all} resources`);
      await page.locator("#search").fill("no such thing");
      expect(await shown(page, "tr.resource")).toEqual([]);
    });
  });

  it("searches what a box stands for, and lights its lines", async () => {
    await read(files.update, english, async ({ page }) => {
      await page.locator('#front [data-box="party-database"]').focus();
      expect(await page.locator("#front .wire.lit").count()).toBeGreaterThan(2);
      await page.keyboard.press("Enter");
      expect(await page.locator("#search").inputValue()).toBe("database");
      expect(await shown(page, "tr.resource")).not.toHaveLength(0);
      const top = "document.querySelector('#resources').getBoundingClientRect().top";
      expect(await page.evaluate<number>(top)).toBeLessThan(400);
    });
  });

  it("begins with what would be lost", async () => {
    await read(files.losses, english, async ({ page }) => {
      const first = page.locator("#changes .note.bad").first();
      expect(await first.innerText()).toMatch(/would be replaced or deleted/);
      expect(await first.innerText()).toContain("→");
      expect(await page.locator(".tile.bad").first().innerText()).toContain("at risk");
      expect(await page.locator(".drawing .box.alarming").count()).toBeGreaterThan(0);
    });
  });

  it.each(["light", "dark"] as const)(
    "is accessible in %s: nothing serious, nothing critical",
    async (colorScheme) => {
      await read(files.update, { ...english, colorScheme }, async ({ page }) => {
        // What is folded is read as well.
        await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
        // Six hundred rows are alike: forty say as much.
        await page.evaluate(
          "document.querySelectorAll('tr.resource').forEach((row, index) => (row.hidden = index > 40))",
        );
        await page.evaluate(axe.source);
        const { violations, passes } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
        const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(passes.map(({ id }) => id)).toContain("color-contrast");
        const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
        expect(background).toBe(colorScheme === "dark" ? "rgb(14, 17, 22)" : "rgb(246, 247, 249)");
      });
    },
    60_000,
  );

  it("prints without what is only for the screen, in light", async () => {
    await read(files.update, { ...english, colorScheme: "dark" }, async ({ page, said }) => {
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("nav").isVisible()).toBe(false);
      expect(await page.locator("#search").isVisible()).toBe(false);
      expect(await page.evaluate<string>("getComputedStyle(document.body).color")).toBe("rgb(27, 35, 48)");
      expect(said).toEqual([]);
    });
  }, 180_000);

  it("fits a telephone: nothing but what scrolls by itself is wider", async () => {
    await read(files.update, { ...english, viewport: { width: 390, height: 800 } }, async ({ page }) => {
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    });
  });

  it("is one file with no address in it that a browser would follow, and no secret of its surroundings", () => {
    for (const file of Object.values(files)) {
      const text = readFileSync(file, "utf8");
      expect(text).toContain("default-src &#39;none&#39;");
      expect(text).not.toMatch(/(?:src|href|action)="(?!#|data:,")/);
      expect(text).not.toMatch(/url\((?!#)|@import|fetch\(|XMLHttpRequest|WebSocket/);
      expect(text).not.toContain(CANARY);
    }
  });
});
