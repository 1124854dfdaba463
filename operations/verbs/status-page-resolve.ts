import { type IncidentChange, STATUSPAGE } from "../status-page/api";
import { type GivenWords, wordOptions, wordsFor } from "../status-page/ask";
import { openPage } from "../status-page/page";
import { incidentMeant, publish } from "../status-page/publish";
import { bodyOf } from "../status-page/texts";
import type { ChangeOptions, Verb } from "../verb";

interface ResolveOptions extends ChangeOptions, GivenWords {
  readonly incident?: string;
  readonly quiet: boolean;
}

/** @param api where Statuspage is; tests have one of their own */
export const statusPageResolve = (api = STATUSPAGE): Verb<ResolveOptions> => ({
  path: "status-page resolve",
  summary: "publishes that the incident is over, its components operational",
  description:
    "Publishes the last text of docs/incident/status-page.md, and sets each component of the incident to operational. Look " +
    "first whether clicks and conversions were counted: the text says so.",
  changes: true,
  options: [
    ...wordOptions(["resolved"]),
    { flags: "--incident <id>", description: "which one, where several are open" },
    { flags: "--quiet", description: "do not tell the page's subscribers" },
  ],
  examples: [
    { command: "npm run operations -- status-page resolve --stack production", says: "asks for each part of the text" },
    {
      command: "npm run operations -- status-page resolve --stack production --incident p31zjtct2jer --dry-run",
      says: "shows what would be published",
    },
  ],

  async run(context, options) {
    const { stack } = context;
    const page = await openPage(context, api);
    const [components, open] = [await page.components(), await page.open()];
    const meant = incidentMeant(open, options.incident, stack.stack);
    // Another incident may hold the same component down.
    const others = open.filter(({ id }) => id !== meant.id).flatMap((incident) => incident.components ?? []);
    const free = (meant.components ?? []).filter(({ id }) => !others.some((other) => other.id === id));
    const change: IncidentChange = {
      status: "resolved",
      body: bodyOf("resolved", await wordsFor(context, "resolved", options)),
      components: Object.fromEntries(free.map(({ id }) => [id, "operational"])),
      deliver_notifications: !options.quiet,
    };
    const what = `${meant.name}, ${meant.id}: ${meant.status} → resolved`;
    return publish(context, options, { what, change, components, send: () => page.update(meant.id, change) });
  },
});
