import { request } from "node:https";
import { health, healthPath, ports } from "../../config/vocabulary";

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** GET of the health path; rejects when nobody answers in time. */
export type Ask = () => Promise<Answered>;

export const TRIES = 10;
export const PAUSE_SECONDS = 10;
const TIMEOUT_SECONDS = 5;
/** The health answer is a line; whatever is longer is something else. */
const MAX_BYTES = 64 * 1024;

export interface Tried {
  readonly passed: boolean;
  /** The last thing that was found. */
  readonly reason: string;
}

/**
 * Asks the new tasks, up to ten times, ten seconds apart, all in one call: two and a half minutes at most, of the
 * fifteen that a call may take, and nothing to remember between calls that could be lost. The first good answer is
 * enough, since the load balancer has found each task healthy before.
 */
export async function tryOut(
  ask: Ask,
  version: string,
  pause: (seconds: number) => Promise<void>,
  say: (message: string) => void,
): Promise<Tried> {
  let fault = "";
  for (let round = 1; round <= TRIES; round++) {
    if (round > 1) await pause(PAUSE_SECONDS);
    fault = await faultOf(ask, version);
    if (fault === "") {
      return { passed: true, reason: `${healthPath} on the test listener answers as ${version} (try ${round})` };
    }
    say(`Try ${round} of ${TRIES}: ${fault}`);
  }
  return { passed: false, reason: `${healthPath} on the test listener, ${TRIES} tries: ${fault}` };
}

async function faultOf(ask: Ask, version: string): Promise<string> {
  try {
    return judge(await ask(), version);
  } catch (error) {
    return `no answer (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** What is wrong with an answer; empty when nothing is. */
export function judge({ status, body }: Answered, version: string): string {
  const found = body.trim().slice(0, 200);
  if (status !== 200) return `status ${status}, needed 200: ${found}`;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return `status 200, but the body is no JSON: ${found}`;
  }
  const { status: state, release } = (value ?? {}) as { status?: unknown; release?: unknown };
  if (state !== health.ok) return `the body's status is ${JSON.stringify(state)}, needed "${health.ok}": ${found}`;
  if (release !== version) return `it is release ${JSON.stringify(release)} that answers, needed "${version}"`;
  return "";
}

/**
 * Over the load balancer's own name, since the public one leads to CloudFront; the certificate and the listener's rule
 * see the public one.
 *
 * @param place `port` and `ca` are for tests.
 */
export function asker(place: { host: string; hostname: string; port?: number; ca?: string }): Ask {
  const { host, hostname, port = ports.testHttps, ca } = place;
  return () =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host,
          port,
          path: healthPath,
          servername: hostname,
          headers: { host: hostname, accept: "application/json", "user-agent": "release-gate" },
          signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
          agent: false,
          ...(ca === undefined ? {} : { ca }),
        },
        (response) => {
          let body = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            if (body.length < MAX_BYTES) body += chunk;
          });
          response.on("error", reject);
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      sent.on("error", reject);
      sent.end();
    });
}
