import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

type Body = Record<string, unknown>;

/** One repository's files, branches and pull requests over HTTP: a written stand-in for GitHub's REST API, and no more. */
export interface FakeRepository {
  readonly environment: Readonly<Record<string, string>>;
  /** Content by branch and path. */
  readonly branches: Map<string, Map<string, string>>;
  readonly pulls: Body[];
  readonly calls: string[];
  /** The next requests are refused with a message that quotes this, as no service should. */
  readonly faults: string[];
  stop(): Promise<void>;
}

export async function fakeRepository(name: string, files: Readonly<Record<string, string>>): Promise<FakeRepository> {
  const branches = new Map([["main", new Map(Object.entries(files))]]);
  const pulls: Body[] = [];
  const calls: string[] = [];
  const faults: string[] = [];
  const answer = (method: string, url: URL, body: Body): [number, unknown] => {
    const path = decodeURIComponent(url.pathname.replace(`/repos/${name}`, ""));
    calls.push(`${method} ${path}`);
    if (faults.length > 0) return [403, { message: `no access for ${faults.shift() ?? ""}` }];
    if (path === "") return [200, { default_branch: "main" }];
    if (path === "/pulls" && method === "GET") {
      return [
        200,
        pulls.filter(({ head }) => `${name.split("/")[0]}:${String(head)}` === url.searchParams.get("head")),
      ];
    }
    if (path === "/pulls") {
      pulls.push({ ...body, html_url: `https://github.example/${name}/pull/${pulls.length + 1}` });
      return [201, pulls.at(-1)];
    }
    if (path.startsWith("/git/ref/heads/")) return [200, { object: { sha: "0".repeat(40) } }];
    if (path === "/git/refs") {
      const branch = String(body["ref"]).replace("refs/heads/", "");
      if (branches.has(branch)) return [422, { message: "Reference already exists" }];
      branches.set(branch, new Map(branches.get("main")));
      return [201, {}];
    }
    const file = path.replace("/contents/", "");
    const branch = branches.get(textOr(body["branch"], url.searchParams.get("ref") ?? "main"));
    if (branch === undefined || !branch.has(file)) return [404, { message: "Not Found" }];
    if (method === "PUT") branch.set(file, Buffer.from(String(body["content"]), "base64").toString());
    const content = Buffer.from(branch.get(file) ?? "").toString("base64");
    return [200, { type: "file", sha: "f".repeat(40), content }];
  };
  const server = createServer((incoming, outgoing) => {
    void textOf(incoming).then((text) => {
      const url = new URL(incoming.url ?? "/", "http://github");
      const [status, said] = answer(incoming.method ?? "", url, text === "" ? {} : (JSON.parse(text) as Body));
      outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      ...{ GITHUB_TOKEN: "ghs_canary-of-the-token", GITHUB_REPOSITORY: name },
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
    },
    ...{ branches, pulls, calls, faults },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
