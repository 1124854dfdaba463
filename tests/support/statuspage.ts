import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body?: { readonly incident: Record<string, unknown> };
}

interface StandInIncident {
  readonly id: string;
  name: string;
  status: string;
  readonly created_at: string;
  readonly shortlink: string;
  components: { id: string; name: string; status: string }[];
  readonly incident_updates: { status: string; body: string; deliver_notifications: boolean }[];
}

export type Fault = "cut" | "hang" | { readonly status: number; readonly body: string };

/**
 * Stands in for Atlassian Statuspage: written here after developer.statuspage.io, version 1, and never compared with the
 * real one. It knows one page, its components (100 in an answer), and incidents.
 */
export async function startStatuspage(pageId: string, key: string) {
  const asked: Asked[] = [];
  let incidents: StandInIncident[] = [];
  let components: { id: string; name: string; status: string; group: boolean }[] = [];
  let faults: { on: string; fault: Fault; after: boolean }[] = [];

  const answer = ({ method, path, authorization, body }: Asked): { status: number; body: unknown } => {
    if (authorization !== `OAuth ${key}`) return { status: 401, body: { error: "Could not authenticate" } };
    const url = new URL(path, "http://stand-in");
    const [, v1, pages, page, what, id] = url.pathname.split("/");
    if (v1 !== "v1" || pages !== "pages" || page !== pageId) return { status: 404, body: { error: "Not found" } };
    if (method === "GET" && what === "components") {
      const [size, number] = ["per_page", "page"].map((name) => Number(url.searchParams.get(name)));
      const from = ((number ?? 1) - 1) * (size ?? 100);
      return { status: 200, body: components.slice(from, from + (size ?? 100)) };
    }
    if (method === "GET" && what === "incidents" && id === "unresolved") {
      return { status: 200, body: incidents.filter(({ status }) => !["resolved", "completed"].includes(status)) };
    }
    const given = body?.incident;
    if (given === undefined || what !== "incidents") return { status: 404, body: { error: "Not found" } };
    const known = incidents.find((incident) => incident.id === id);
    if (method === "PATCH" && known === undefined) return { status: 404, body: { error: "Not found" } };
    if (method === "POST" && typeof given.name !== "string")
      return { status: 422, body: { error: ["Name is missing"] } };
    const incident: StandInIncident = known ?? {
      id: `incident${incidents.length + 1}`,
      name: String(given.name),
      status: "",
      created_at: "2026-11-27T09:05:00.000+09:00",
      shortlink: "https://stspg.example/x1",
      components: [],
      incident_updates: [],
    };
    if (known === undefined) incidents.push(incident);
    incident.status = String(given.status);
    for (const [component, status] of Object.entries((given.components ?? {}) as Record<string, string>)) {
      const found = components.find((each) => each.id === component);
      if (found === undefined) return { status: 400, body: { error: `No component ${component}` } };
      found.status = status;
      incident.components = [...incident.components.filter((each) => each.id !== component), { ...found }];
    }
    incident.incident_updates.unshift({
      status: incident.status,
      body: String(given.body),
      deliver_notifications: given.deliver_notifications === true,
    });
    return { status: method === "POST" ? 201 : 200, body: incident };
  };

  const server = createServer((incoming, outgoing) => {
    void textOf(incoming).then((text) => {
      const { method = "", url: path = "", headers } = incoming;
      const body = text === "" ? undefined : (JSON.parse(text) as Asked["body"]);
      const call: Asked = { method, path, authorization: headers.authorization ?? "", body };
      asked.push(call);
      const index = faults.findIndex(({ on }) => `${method} ${path}`.includes(on));
      const [due] = index < 0 ? [] : faults.splice(index, 1);
      const real = due === undefined || due.after ? answer(call) : undefined;
      if (due?.fault === "cut") return void incoming.socket.destroy();
      if (due?.fault === "hang") return;
      const { status, body: said } = due?.fault ?? real ?? { status: 500, body: "" };
      outgoing.writeHead(status, { "content-type": "application/json" });
      outgoing.end(typeof said === "string" ? said : JSON.stringify(said));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    published: () => asked.filter(({ method }) => method !== "GET"),
    incidents: () => incidents,
    stateOf: (id: string) => components.find((component) => component.id === id)?.status,
    /** The next call whose method and path hold this text fails; `after` it was done all the same. */
    fail: (on: string, fault: Fault, after = false) => void faults.push({ on, fault, after }),
    reset: (names: readonly string[]) => {
      asked.length = 0;
      [incidents, faults] = [[], []];
      components = names.map((name, at) => ({ id: `component${at}`, name, status: "operational", group: false }));
      components.push({ id: "heading", name: "All of it", status: "operational", group: true });
    },
    stop: () => new Promise<void>((done) => (server.close(() => done()), server.closeAllConnections())),
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
