import { Failure } from "../failure";
import { type IncidentChange, STATUSPAGE } from "../status-page/api";
import { type GivenWords, wordOptions, wordsFor } from "../status-page/ask";
import { openPage } from "../status-page/page";
import { affected, type ComponentOptions, componentOptions, publish } from "../status-page/publish";
import { bodyOf } from "../status-page/texts";
import type { ChangeOptions, Verb } from "../verb";

interface OpenOptions extends ChangeOptions, GivenWords, ComponentOptions {
  readonly title?: string;
  readonly another: boolean;
  readonly quiet: boolean;
}

const DEFAULT_TITLE = "障害が発生しています / Service disruption";
const LONGEST_TITLE = 200;

/** @param api where Statuspage is; tests have one of their own */
export const statusPageOpen = (api = STATUSPAGE): Verb<OpenOptions> => ({
  path: "status-page open",
  summary: "publishes a new incident, in Japanese and English",
  description:
    'Publishes "investigating" with the text of docs/incident/status-page.md. What options do not say is asked for on the ' +
    "terminal; everything is shown before it is published. Refuses while another incident is open: it is updated instead.",
  changes: true,
  options: [
    ...wordOptions(["investigating"]),
    ...componentOptions,
    { flags: "--title <title>", description: `the incident's title (default: ${DEFAULT_TITLE})` },
    { flags: "--another", description: "although an incident is open" },
    { flags: "--quiet", description: "do not tell the page's subscribers" },
  ],
  examples: [
    { command: "npm run operations -- status-page open --stack production", says: "asks for each part of the text" },
    {
      command:
        'npm run operations -- status-page open --stack production --since 09:05 --ja "管理画面に入れない事象" ' +
        '--en "the management screens cannot be reached" --component 管理画面 --state major_outage --yes production',
      says: "in one line, with a component",
    },
  ],

  async run(context, options) {
    const { stack } = context;
    const title = (options.title ?? DEFAULT_TITLE).trim();
    if (title === "" || title.length > LONGEST_TITLE) {
      throw new Failure("usage", `--title has ${title.length} characters; allowed: 1 to ${LONGEST_TITLE}.`);
    }
    const page = await openPage(context, api);
    const [components, open] = [await page.components(), await page.open()];
    const [first] = open;
    if (first !== undefined && !options.another) {
      throw new Failure(
        "refused",
        `An incident is open already: ${first.name} (${first.status}), ${first.id}. Nothing was published.`,
        `npm run operations -- status-page update --stack ${stack.stack}, or --another for a second one`,
      );
    }
    const states = affected(components, options);
    const change: IncidentChange = {
      name: title,
      status: "investigating",
      body: bodyOf("investigating", await wordsFor(context, "investigating", options)),
      components: states,
      component_ids: Object.keys(states),
      deliver_notifications: !options.quiet,
    };
    const what = `New incident on ${stack.statusPage.url ?? "the status page"}: ${title}`;
    return publish(context, options, { what, change, components, send: () => page.create(change) });
  },
});
