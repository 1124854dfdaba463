import { setTimeout as sleep } from "node:timers/promises";
import type { Targets } from "../../config/targets";

const PAUSE_MS = 2_000;
const TIMEOUT_MS = 5_000;

/** Where visitors ask. A variable may say another place: for a network that reaches the platform by another way. */
export const visitorsUrl = ({ hostnames }: Targets): string =>
  process.env.OPERATIONS_VISITORS_URL ?? `https://${hostnames[0]}/`;

export interface Answer {
  /** Of the HTTP answer; undefined when there was none. */
  readonly status?: number;
  readonly retryAfter?: string;
  /** Which maintenance made the answer. */
  readonly maintenance?: string;
  readonly fault?: string;
}

/** Asks as a visitor who is on no allow-list, wherever this runs: the function ignores the list for this header. */
export async function askAsVisitor(url: string): Promise<Answer> {
  try {
    const { status, headers, body } = await fetch(url, {
      headers: { "x-maintenance-probe": "1", accept: "text/html", "cache-control": "no-cache" },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await body?.cancel();
    return {
      status,
      retryAfter: headers.get("retry-after") ?? undefined,
      maintenance: headers.get("x-maintenance") ?? undefined,
    };
  } catch (error) {
    const { cause, message } = error as { cause?: { message?: string }; message?: string };
    return { fault: cause?.message ?? message ?? String(error) };
  }
}

export const inWords = ({ status, maintenance, fault }: Answer): string =>
  fault === undefined ? `${status}${maintenance === undefined ? "" : ", maintenance"}` : `no answer (${fault})`;

/** Asks until the answer is the one that was asked for; ends with the signal otherwise. */
export async function waitFor(
  url: string,
  right: (answer: Answer) => boolean,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Answer> {
  for (;;) {
    const answer = await askAsVisitor(url);
    if (right(answer)) return answer;
    say(`${url} still answers: ${inWords(answer)}`);
    await sleep(PAUSE_MS, undefined, { signal });
  }
}
