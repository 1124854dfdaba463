import { readState } from "../maintenance/store";
import { askAsVisitor, inWords, visitorsUrl } from "../maintenance/visitors";
import { readTargets } from "../targets";
import type { CommonOptions, Verb } from "../verb";

export const maintenanceStatus: Verb<CommonOptions> = {
  path: "maintenance status",
  summary: "whether there is maintenance, by the store and by what a visitor gets",
  description: "What the store says, and what a visitor who is on no list is answered. It reads only.",
  changes: false,
  examples: [{ command: "npm run operations -- maintenance status --stack production", says: "closed or open?" }],

  async run({ aws, stack, terminal }, { json }) {
    const targets = await readTargets(aws, stack);
    const url = visitorsUrl(targets);
    const client = await aws.keyValueStore();
    const [found, answer] = await Promise.all([readState(client, targets.maintenance.storeArn), askAsVisitor(url)]);
    const state = found.state ?? { on: false, allow: [] };
    if (json) {
      terminal.json({ stack: stack.stack, maintenance: state, broken: found.broken, url, answer });
    } else {
      terminal.data(`maintenance  ${state.on ? "on" : "off"}${"id" in state ? ` since ${state.id}` : ""}`);
      if (state.on) terminal.data(`let through  ${state.allow.join(", ") || "nobody"}`);
      terminal.data(`visitors     ${url} answers ${inWords(answer)}`);
    }
    if (found.broken) terminal.warn("The store's key is not what this command writes; visitors pass.");
    const seen = answer.maintenance !== undefined;
    if (seen === state.on) return "ok";
    terminal.warn("Store and answer differ: it takes seconds until every edge location has read a change.");
    return "incomplete";
  },
};
