import type { ECS } from "@aws-sdk/client-ecs";
import type { Targets } from "../../config/targets";
import { asFailure } from "../aws";
import type { ExitReason } from "../exit-codes";
import { Failure } from "../failure";
import type { ChangeOptions, Context } from "../verb";
import { type Announce, announcer, type Occasion } from "./announce";
import type { Following } from "./follow";
import { gateWordOf } from "./gate-memory";
import { askHealth, healthUrl, PAUSE_MS } from "./health";
import type { ServiceKey } from "./services";
import type { Verdict } from "./verdict";
import { createView, type View } from "./view";

export interface FollowOptions extends ChangeOptions {
  /** Seconds between two questions to ECS, as typed. */
  readonly interval?: string;
}

export const intervalOption = {
  flags: "--interval <seconds>",
  description: "seconds between two questions to ECS (default 5)",
};

/** Of a verb that starts deployments and follows them: what it shows, and whom it tells. */
export interface Run {
  readonly following: Following;
  readonly view: View;
  /** Tells Slack how it ended, and the caller by its exit code. */
  end(verdict: Verdict): Promise<ExitReason>;
  /** Of visitors: empty when they get this version. */
  health(version: string): Promise<string>;
}

export interface Course {
  readonly occasion: Occasion;
  readonly subject: string;
  /** For --json: what is known beside how it ended. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export function intervalMs({ interval = "5" }: FollowOptions): number {
  const seconds = Number(interval);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 60) return seconds * 1000;
  throw new Failure("usage", `--interval is ${interval}; give seconds above 0 and up to 60, such as 5.`);
}

export async function startRun(
  context: Context,
  options: FollowOptions,
  place: { readonly ecs: ECS; readonly targets: Targets },
  course: Course,
): Promise<Run> {
  const view = await createView(context.terminal);
  const announce = announcer(context);
  context.lastWords(async ({ reason, message }) => {
    view.end();
    await announce({ occasion: course.occasion, subject: course.subject, ending: reason, because: message });
  });
  const every = intervalMs(options);
  const following: Following = {
    ...{ ...place, view, intervalMs: every, signal: context.signal },
    gateWord: (arn) => gateWordOf(context, place.targets, arn),
    gateLog: context.stack.facts.name("logGroup", "release-gate"),
  };
  return {
    following,
    view,
    end: (verdict) => finish(context, options, course, { view, announce, verdict }),
    health: (version) =>
      askHealth(
        healthUrl(place.targets),
        version,
        context.signal,
        (text) => view.event(course.occasion, text),
        Math.min(PAUSE_MS, every * 2),
      ),
  };
}

async function finish(
  { terminal, stack }: Context,
  { json }: FollowOptions,
  { occasion, subject, facts }: Course,
  { view, announce, verdict }: { view: View; announce: Announce; verdict: Verdict },
): Promise<ExitReason> {
  const { reason, because } = verdict;
  view.event(occasion, `${reason === "ok" ? "done" : reason}: ${because}`);
  view.end();
  await announce({ occasion, subject, ending: reason, because });
  if (json) terminal.json({ stack: stack.stack, result: reason, because, ...facts });
  else if (reason !== "ok") terminal.error(`${subject}: ${because}`);
  return reason;
}

/** The worst of several services' ends, and the first of equals. */
export function worst(verdicts: readonly (readonly [ServiceKey, Verdict])[]): Verdict {
  const bad = verdicts.find(([, { reason }]) => reason !== "ok");
  if (bad !== undefined) return { reason: bad[1].reason, because: `${bad[0]}: ${bad[1].because}` };
  return { reason: "ok", because: verdicts.map(([service, { because }]) => `${service}: ${because}`).join("; ") };
}

/** An error on the way is an end as well: Slack hears of it. */
export async function toItsEnd(run: Run, signal: AbortSignal, work: () => Promise<Verdict>): Promise<ExitReason> {
  let verdict: Verdict;
  try {
    verdict = await work();
  } catch (error) {
    // Out of time or interrupted: main says so, with the last words.
    if (signal.aborted) throw error;
    const failure = asFailure(error);
    verdict = { reason: failure.reason, because: failure.message };
  }
  return run.end(verdict);
}
