import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ExitReason } from "../exit-codes";
import { Failure } from "../failure";

/** Atlassian Statuspage's REST API. Source: developer.statuspage.io, version 1. */
export const STATUSPAGE = "https://api.statuspage.io/v1";

/** Of incidents that are happening; those of planned maintenance are not ours. */
export const incidentStatuses = ["investigating", "identified", "monitoring", "resolved"] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

export const componentStates = [
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
  "under_maintenance",
] as const;
export type ComponentState = (typeof componentStates)[number];

const component = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  /** A heading over others: it takes its state from them. */
  group: z.boolean().nullish(),
});
const incident = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  impact: z.string().nullish(),
  shortlink: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string().nullish(),
  components: z.array(component).nullish(),
});
export type Component = z.infer<typeof component>;
export type Incident = z.infer<typeof incident>;

/** What `POST` and `PATCH` of an incident take; its components as id and state. */
export interface IncidentChange {
  readonly name?: string;
  readonly status: IncidentStatus;
  readonly body: string;
  readonly components?: Readonly<Record<string, ComponentState>>;
  readonly component_ids?: readonly string[];
  readonly deliver_notifications: boolean;
}

/** Components in one answer, the most that is given. */
const PER_PAGE = 100;
/** Reads are tried so often; Statuspage lets a key ask once a second, measured over a minute. */
const TRIES = 3;
const PAUSE_MS = 1_100;
const ANSWER_WITHIN_MS = 10_000;

interface Request {
  readonly method: "GET" | "POST" | "PATCH";
  readonly path: string;
  readonly body?: unknown;
}

/** One page at Statuspage. Reads are repeated when they fail; a publication is not: it would stand there twice. */
export class StatusPage {
  readonly #base: string;
  readonly #key: string;
  readonly #signal: AbortSignal;

  constructor(api: string, pageId: string, key: string, signal: AbortSignal) {
    this.#base = `${api}/pages/${encodeURIComponent(pageId)}`;
    this.#key = key;
    this.#signal = signal;
  }

  async components(): Promise<Component[]> {
    const all: Component[] = [];
    for (let page = 1; ; page += 1) {
      const some = await this.#read(`/components?per_page=${PER_PAGE}&page=${page}`, z.array(component));
      all.push(...some);
      if (some.length < PER_PAGE) return all.filter(({ group }) => group !== true);
    }
  }

  /** Incidents that are not over; planned maintenance is not among them. */
  async open(): Promise<Incident[]> {
    const unresolved = await this.#read("/incidents/unresolved", z.array(incident));
    const ours: readonly string[] = incidentStatuses;
    return unresolved.filter(({ status }) => ours.includes(status));
  }

  create(change: IncidentChange): Promise<Incident> {
    return this.#publish({ method: "POST", path: "/incidents", body: { incident: change } });
  }

  update(id: string, change: IncidentChange): Promise<Incident> {
    const path = `/incidents/${encodeURIComponent(id)}`;
    return this.#publish({ method: "PATCH", path, body: { incident: change } });
  }

  async #read<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    for (let left = TRIES; ; left -= 1) {
      const answer = await this.#ask({ method: "GET", path }).catch((error: unknown) => cause(error));
      if (answer instanceof Response && answer.ok) return parsed(await answer.text(), schema, path);
      if (left === 1 || (answer instanceof Response && !passes(answer.status))) {
        if (answer instanceof Response) throw await refusal(answer);
        throw new Failure("failed", `Statuspage could not be reached: ${answer}`, BY_HAND);
      }
      await sleep(PAUSE_MS, undefined, { signal: this.#signal });
    }
  }

  async #publish(request: Request): Promise<Incident> {
    const answer = await this.#ask(request).catch((error: unknown) => {
      throw uncertain(`Statuspage gave no answer: ${cause(error)}`);
    });
    if (!answer.ok)
      throw answer.status >= 500 ? uncertain(`Statuspage answered ${answer.status}`) : await refusal(answer);
    return parsed(await answer.text(), incident, request.path);
  }

  #ask({ method, path, body }: Request): Promise<Response> {
    return fetch(this.#base + path, {
      method,
      headers: {
        authorization: `OAuth ${this.#key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The key goes to Statuspage, and nowhere that it might point to.
      redirect: "error",
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
  }
}

/** What never fails to work: a browser. */
export const BY_HAND = "By hand: docs/incident/status-page.md#by-hand";

const passes = (status: number) => status === 420 || status === 429 || status >= 500;

/** fetch's own message is "fetch failed"; why is in its cause. */
function cause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause: deeper } = error as { cause?: { code?: string; message?: string } };
  return deeper?.code ?? (deeper?.message || error.message);
}

function uncertain(message: string): Failure {
  return new Failure(
    "failed",
    `${message}. It may have been published all the same, so it was not sent again.`,
    "Look before you repeat it: status-page show",
  );
}

const REFUSALS: Readonly<Record<number, readonly ["noAccess" | "refused", string]>> = {
  401: ["noAccess", "Statuspage does not accept the key: npm run operations -- secrets set status-page"],
  403: ["noAccess", "The key's user may not manage this page's incidents: give it the role in Statuspage"],
  404: ["refused", "There is no such page or incident: look at affiliate:monitoring.statusPage.pageId"],
};
const reasonOf = (status: number): ExitReason => REFUSALS[status]?.[0] ?? "failed";

async function refusal(answer: Response): Promise<Failure> {
  const told = (await answer.text().catch(() => "")).slice(0, 500).trim();
  const said = told === "" ? "" : `: ${told}`;
  const advice = REFUSALS[answer.status]?.[1] ?? BY_HAND;
  return new Failure(reasonOf(answer.status), `Statuspage answered ${answer.status}${said}`, advice);
}

function parsed<Schema extends z.ZodType>(text: string, schema: Schema, path: string): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure("failed", `Statuspage's answer to ${path} is not JSON.`, BY_HAND);
  }
  const { data, success, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new Failure(
    "failed",
    `Statuspage's answer to ${path} is not as documented: ${issue?.path.join(".")}.`,
    BY_HAND,
  );
}
