// Octokit against an HTTP server of ours that keeps comments and issues as GitHub does: a written stand-in, and no more.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MARKER } from "../../report/comment";
import { connect, parseRepository, publishComment, publishDrift, reportUrl } from "../../report/github";

interface Thing {
  id: number;
  number: number;
  title?: string;
  body: string;
  state: string;
  user: { type: string };
  labels?: string[];
}

const repository = { owner: "affiliate-system", repo: "affiliate-platform" };
let server: Server;
let comments: Thing[];
let issues: Thing[];
let calls: string[];
let base: string;

beforeEach(async () => {
  [comments, issues, calls] = [[], [], []];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", base);
      calls.push(`${request.method} ${url.pathname} ${request.headers.authorization}`);
      const [status, answer, headers] = route(
        request.method ?? "",
        url,
        text === "" ? {} : (JSON.parse(text) as Partial<Thing>),
      );
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function route(method: string, url: URL, body: Partial<Thing>): [number, unknown, Record<string, string>?] {
  const at = url.pathname.replace("/repos/affiliate-system/affiliate-platform/", "");
  const page = Number(url.searchParams.get("page") ?? "1");
  const listed = (things: Thing[]): [number, unknown, Record<string, string>] => {
    const size = Number(url.searchParams.get("per_page") ?? "30");
    const more = things.length > page * size;
    url.searchParams.set("page", String(page + 1));
    return [200, things.slice((page - 1) * size, page * size), more ? { link: `<${url.href}>; rel="next"` } : {}];
  };
  const made = (things: Thing[]): [number, Thing] => {
    const thing = {
      id: 1000 + things.length,
      number: things.length + 1,
      state: "open",
      user: { type: "Bot" },
      body: "",
      ...body,
    };
    things.push(thing);
    return [201, thing];
  };
  const changed = (thing: Thing | undefined): [number, unknown] =>
    thing === undefined ? [404, { message: "Not Found" }] : [200, Object.assign(thing, body)];
  if (at === "issues/12/comments") return method === "POST" ? made(comments) : listed(comments);
  if (at.startsWith("issues/comments/")) return changed(comments.find(({ id }) => at.endsWith(`/${id}`)));
  if (at === "issues") {
    const labels = url.searchParams.get("labels");
    return method === "POST"
      ? made(issues)
      : listed(issues.filter(({ state, labels: own }) => state === "open" && own?.includes(labels ?? "")));
  }
  return changed(issues.find(({ number }) => at === `issues/${number}`));
}

const github = () => connect({ GITHUB_TOKEN: "canary-token", GITHUB_API_URL: base });
const comment = (id: number, body: string, type = "User"): Thing => ({
  id,
  number: id,
  body,
  state: "open",
  user: { type },
});

describe("the comment of a pull request", () => {
  it("is made once and edited from then on", async () => {
    expect(await publishComment(await github(), repository, 12, `${MARKER}\nfirst`)).toBe("created");
    expect(await publishComment(await github(), repository, 12, `${MARKER}\nsecond`)).toBe("updated");
    expect(comments.map(({ body }) => body)).toEqual([`${MARKER}\nsecond`]);
  });

  it("is found behind a hundred others, and never somebody's who quotes it", async () => {
    comments.push(comment(1, `${MARKER}\na person's`));
    for (let id = 2; id <= 120; id++) comments.push(comment(id, "other"));
    comments.push(comment(500, `${MARKER}\nours`, "Bot"));
    expect(await publishComment(await github(), repository, 12, `${MARKER}\nnew`)).toBe("updated");
    expect(comments.find(({ id }) => id === 500)?.body).toBe(`${MARKER}\nnew`);
    expect(comments[0]?.body).toBe(`${MARKER}\na person's`);
  });

  it("sends the token to the API that the environment names, and nowhere else", async () => {
    await publishComment(await github(), repository, 12, MARKER);
    expect(calls.every((call) => call.endsWith("token canary-token"))).toBe(true);
    await expect(connect({})).rejects.toThrow("GITHUB_TOKEN is not set");
  });
});

describe("the issue of a drift", () => {
  it("is opened, written anew, and closed when the drift is gone; another stack's is left alone", async () => {
    const client = await github();
    expect(await publishDrift(client, repository, "staging", undefined)).toBe("nothing");
    expect(await publishDrift(client, repository, "production", "one")).toBe("opened");
    expect(await publishDrift(client, repository, "staging", "other")).toBe("opened");
    expect(await publishDrift(client, repository, "production", "two")).toBe("updated");
    expect(await publishDrift(client, repository, "production", undefined)).toBe("closed");
    expect(issues.map(({ body, state, labels }) => [body, state, labels])).toEqual([
      ["two", "closed", ["drift"]],
      ["other", "open", ["drift"]],
    ]);
  });
});

describe("a repository's name", () => {
  it.each([undefined, "", "name", "a/b/c", "a/b c"])("%s is refused", (text) => {
    expect(() => parseRepository(text)).toThrow(/wanted: owner\/name/);
  });
});

describe("the address of a report", () => {
  const env = {
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "affiliate-system/affiliate-platform",
    GITHUB_RUN_ID: "12",
  };
  const run = "https://github.com/affiliate-system/affiliate-platform/actions/runs/12";

  it("is of an artifact of this run", () => {
    expect(reportUrl(`${run}/artifacts/345`, env)).toBe(`${run}/artifacts/345`);
  });

  it.each([
    ["elsewhere", "https://example.com/artifacts/345"],
    ["another run", run.replace("12", "13") + "/artifacts/345"],
    ["something behind it", `${run}/artifacts/345) [click](https://example.com`],
    ["a way out", `${run}/artifacts/../../../settings`],
    ["a second line", `${run}/artifacts/345\n`],
    ["nothing", ""],
  ])("never leads to %s", (_, url) => {
    expect(() => reportUrl(url, env)).toThrow(`wanted: an artifact of this run, ${run}/artifacts/<number>`);
  });

  it("is refused where no workflow runs", () => {
    expect(() => reportUrl(`${run}/artifacts/345`, {})).toThrow("(no run)/artifacts/<number>");
  });
});
