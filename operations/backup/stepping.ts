import { z } from "zod";
import { Failure } from "../failure";
import { invoke, pause } from "../invoke";
import type { Context } from "../verb";
import type { Begun } from "./jobs";
import { Progress } from "./progress";
import { span } from "./units";

/** What functions/database-dump answers each time that it is called. */
const replyShape = z.object({
  steps: z.array(z.object({ id: z.string(), does: z.string(), because: z.string(), place: z.string() })),
  notBegun: z.string().optional(),
});

const NAME = "database-dump";

/** How far a dump is whose objects are written into the bucket. */
export interface Seen {
  readonly bytes: number;
  readonly end?: "good" | { readonly failed: string };
}

/**
 * Asks the function that works by steps to begin now, or to go on with what it is at, and calls it until the dump is there.
 * Its schedule would call it too; by being asked more often it is done sooner.
 */
export async function beginDump(
  { aws, stack, terminal, signal }: Context,
  what: string,
  { lookSeconds, look }: { readonly lookSeconds: number; readonly look: (place: string) => Promise<Seen> },
): Promise<Begun> {
  const functionName = stack.facts.name("lambda", NAME);
  const advice = `Its log: npm run operations -- logs ${NAME} --stack ${stack.stack} --since 1h`;
  const ask = async (payload: object) => {
    const { data, error } = replyShape.safeParse(await invoke(aws, functionName, payload, advice));
    if (data !== undefined) return data;
    throw new Failure("failed", `${functionName} answered something else: ${z.prettifyError(error)}`, advice);
  };
  const { steps, notBegun } = await ask({ start: "now" });
  const own = steps.at(-1);
  if (own === undefined) throw new Failure("failed", `not begun: ${notBegun ?? "no reason was given"}`, advice);
  terminal.say(`${what}: ${notBegun === undefined ? "begun" : "already under way"}, to ${own.place}`);
  const result = notBegun === undefined ? "made" : "followed";
  return async () => {
    const progress = await Progress.begin(terminal, what);
    const began = Date.now();
    try {
      for (;;) {
        const { bytes, end } = await look(own.place);
        if (end === "good") {
          terminal.say(`${what}: done in ${span(Date.now() - began)}: ${own.place}`);
          return { what, id: own.place, result };
        }
        if (end !== undefined) throw new Failure("failed", `given up: ${end.failed}`, advice);
        await pause(lookSeconds, signal);
        const now = (await ask({})).steps.find(({ id }) => id === own.id);
        progress.update({ bytes }, now === undefined ? "" : [now.does, now.because].filter(Boolean).join(": "));
      }
    } finally {
      progress.end();
    }
  };
}
