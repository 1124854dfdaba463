import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { columns } from "../terminal";
import type { ChangeOptions, Context } from "../verb";
import { type Component, type ComponentState, componentStates, type Incident, type IncidentChange } from "./api";

export interface ComponentOptions {
  /** Names or ids. */
  readonly component?: readonly string[];
  readonly state?: string;
}

export const componentOptions = [
  { flags: "--component <names...>", description: "components that are affected, by name or id, as `show` lists them" },
  {
    flags: "--state <state>",
    description: `of those components: ${componentStates.join(", ")} (default: partial_outage)`,
  },
] as const;

/** The components that were named, with the state they get; refuses a name that is not on the page. */
export function affected(all: readonly Component[], { component = [], state }: ComponentOptions) {
  if (state !== undefined && component.length === 0) {
    throw new Failure("usage", "--state says how components are: name them with --component.");
  }
  const wanted = componentStates.find((known) => known === (state ?? "partial_outage"));
  if (wanted === undefined) {
    throw new Failure("usage", `--state is "${state}"; allowed: ${componentStates.join(", ")}.`);
  }
  const entries = component.map((typed): [string, ComponentState] => {
    const found = all.filter(({ id, name }) => id === typed || name === typed);
    if (found.length === 1 && found[0] !== undefined) return [found[0].id, wanted];
    const names = all.map(({ name }) => name).join(", ");
    throw new Failure(
      "usage",
      found.length === 0
        ? `The page has no component "${typed}".`
        : `Several components are called "${typed}": give an id.`,
      `Components: ${names || "none"}`,
    );
  });
  return Object.fromEntries(entries);
}

/** The incident that is meant: the one that was named, or the only one that is open. */
export function incidentMeant(open: readonly Incident[], named: string | undefined, stack: string): Incident {
  const list = open.map(({ id, name, status }) => `${id} (${name}, ${status})`).join("; ");
  if (named !== undefined) {
    const found = open.find(({ id }) => id === named);
    if (found !== undefined) return found;
    throw new Failure("refused", `No open incident has the id "${named}".`, `Open: ${list || "none"}`);
  }
  const [only, ...others] = open;
  if (only === undefined) {
    throw new Failure("refused", "No incident is open.", `npm run operations -- status-page open --stack ${stack}`);
  }
  if (others.length === 0) return only;
  throw new Failure("refused", "Several incidents are open: say which with --incident <id>.", `Open: ${list}`);
}

export interface Publication {
  readonly what: string;
  readonly change: IncidentChange;
  readonly components: readonly Component[];
  /** Sends it. */
  readonly send: () => Promise<Incident>;
}

/** Shows a publication, asks, and sends it: what stands on the page has been read by somebody before. */
export async function publish(context: Context, options: ChangeOptions, publication: Publication): Promise<"ok"> {
  const { terminal, prompt, stack } = context;
  const { what, change, components, send } = publication;
  terminal.say(what);
  for (const line of change.body.split("\n")) terminal.say(line === "" ? "" : `  ${line}`);
  const rows = Object.entries(change.components ?? {}).map(([id, state]) => {
    const known = components.find((component) => component.id === id);
    return [known?.name ?? id, `${known?.status ?? "?"} → ${state}`];
  });
  for (const row of columns(rows, "  ")) terminal.say(row);
  terminal.say(change.deliver_notifications ? "Subscribers are told." : "Subscribers are not told.");
  if (options.dryRun) {
    terminal.say("Dry run: nothing was published.");
    if (options.json) terminal.json({ stack: stack.stack, result: "dryRun", incident: change });
    return "ok";
  }
  await confirmStack(prompt, stack.stack, stack.facts.environment, options.yes);
  const { id, name, status, shortlink } = await send();
  const address = shortlink ?? stack.statusPage.url;
  terminal.say(`Published: ${name} (${status}), incident ${id}${address === undefined ? "" : `, ${address}`}`);
  terminal.say("Look at it in a private window, and link it in #incidents.");
  if (options.json)
    terminal.json({ stack: stack.stack, result: "published", id, name, status, address: address ?? null });
  return "ok";
}
