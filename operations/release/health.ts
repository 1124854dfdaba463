import { setTimeout as sleep } from "node:timers/promises";
import { judge } from "../../functions/release-gate/smoke";
import { healthPath } from "../../config/vocabulary";
import type { Targets } from "../../config/targets";

/** The runbook's: ten tries, ten seconds apart. */
const TRIES = 10;
export const PAUSE_MS = 10_000;
const TIMEOUT_MS = 5_000;

/** Where visitors ask. A variable may say another place: for a network that reaches the platform by another way. */
export const healthUrl = ({ hostnames }: Targets): string =>
  process.env.OPERATIONS_HEALTH_URL ?? `https://${hostnames[0]}${healthPath}`;

/** What is wrong with the answer that visitors get, after ten tries; empty when it is the release that was asked for. */
export async function askHealth(
  url: string,
  version: string,
  signal: AbortSignal,
  say: (text: string) => void,
  pauseMs = PAUSE_MS,
): Promise<string> {
  let fault = "";
  for (let round = 1; round <= TRIES; round++) {
    if (round > 1) await sleep(pauseMs, undefined, { signal });
    fault = await faultOf(url, version);
    if (fault === "") return "";
    say(`${url}, try ${round} of ${TRIES}: ${fault}`);
  }
  return fault;
}

async function faultOf(url: string, version: string): Promise<string> {
  try {
    const answer = await fetch(url, {
      headers: { accept: "application/json", "cache-control": "no-cache" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return judge({ status: answer.status, body: (await answer.text()).slice(0, 65_536) }, version);
  } catch (error) {
    const { cause, message } = error as { cause?: { message?: string }; message?: string };
    return `no answer (${cause?.message ?? message ?? String(error)})`;
  }
}
