import { Failure } from "../failure";
import { type IncidentChange, STATUSPAGE } from "../status-page/api";
import { type GivenWords, wordOptions, wordsFor } from "../status-page/ask";
import { openPage } from "../status-page/page";
import { affected, type ComponentOptions, componentOptions, incidentMeant, publish } from "../status-page/publish";
import { bodyOf } from "../status-page/texts";
import type { ChangeOptions, Verb } from "../verb";

interface UpdateOptions extends ChangeOptions, GivenWords, ComponentOptions {
  readonly incident?: string;
  readonly status?: string;
  readonly quiet: boolean;
}

const STATUSES = ["investigating", "identified", "monitoring"] as const;

/** @param api where Statuspage is; tests have one of their own */
export const statusPageUpdate = (api = STATUSPAGE): Verb<UpdateOptions> => ({
  path: "status-page update",
  summary: "publishes an update of the open incident",
  description:
    "Publishes the next text of docs/incident/status-page.md: the cause is known (identified, the default), it works again " +
    "and is watched (monitoring), or nothing new (investigating). The components keep their states unless --component says otherwise.",
  changes: true,
  options: [
    { flags: "--status <status>", description: `${STATUSES.join(", ")} (default: identified)` },
    ...wordOptions(STATUSES),
    ...componentOptions,
    { flags: "--incident <id>", description: "which one, where several are open" },
    { flags: "--quiet", description: "do not tell the page's subscribers" },
  ],
  examples: [
    {
      command: "npm run operations -- status-page update --stack production",
      says: "the cause is known; asks for the text",
    },
    {
      command:
        'npm run operations -- status-page update --stack production --status monitoring --since 09:40 --ja "管理画面" ' +
        '--en "everything" --component 管理画面 --state operational --yes production',
      says: "it works again",
    },
  ],

  async run(context, options) {
    const { stack } = context;
    const status = STATUSES.find((known) => known === (options.status ?? "identified"));
    if (status === undefined) {
      throw new Failure(
        "usage",
        `--status is "${options.status}"; allowed: ${STATUSES.join(", ")}.`,
        "When it is over: status-page resolve",
      );
    }
    const page = await openPage(context, api);
    const [components, open] = [await page.components(), await page.open()];
    const meant = incidentMeant(open, options.incident, stack.stack);
    const states = affected(components, options);
    const change: IncidentChange = {
      status,
      body: bodyOf(status, await wordsFor(context, status, options)),
      // Statuspage takes a list for the whole of it: what is not named stays by not sending one.
      ...(Object.keys(states).length === 0 ? {} : { components: states }),
      deliver_notifications: !options.quiet,
    };
    const what = `${meant.name}, ${meant.id}: ${meant.status} → ${status}`;
    return publish(context, options, { what, change, components, send: () => page.update(meant.id, change) });
  },
});
