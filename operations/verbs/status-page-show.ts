import { STATUSPAGE } from "../status-page/api";
import { openPage } from "../status-page/page";
import { columns } from "../terminal";
import type { Verb } from "../verb";

/** @param api where Statuspage is; tests have one of their own */
export const statusPageShow = (api = STATUSPAGE): Verb => ({
  path: "status-page show",
  summary: "components of the status page, and its open incidents",
  description:
    "Reads the stack's page at Atlassian Statuspage: its components with their states, and the incidents that are open. " +
    "The page's id is in the stack file (affiliate:monitoring.statusPage), the key in the secret status-page.",
  changes: false,
  examples: [
    { command: "npm run operations -- status-page show --stack production", says: "what visitors read at this moment" },
    {
      command: "npm run --silent operations -- status-page show --stack production --json | jq -r '.incidents[].id'",
      says: "for a script: ids of open incidents",
    },
  ],

  async run(context, options) {
    const { terminal, stack } = context;
    const page = await openPage(context, api);
    const [components, incidents] = [await page.components(), await page.open()];
    if (options.json) {
      terminal.json({
        stack: stack.stack,
        page: stack.statusPage.url ?? null,
        components: components.map(({ id, name, status }) => ({ id, name, status })),
        incidents: incidents.map(({ id, name, status, created_at, shortlink }) => {
          return { id, name, status, since: created_at, address: shortlink ?? null };
        }),
      });
      return "ok";
    }
    const rows = components.map(({ id, name, status }) => [id, status, name]);
    for (const row of columns([["COMPONENT", "STATE", "NAME"], ...rows])) terminal.data(row);
    terminal.data("");
    if (incidents.length === 0) terminal.data("No incident is open.");
    else {
      const open = incidents.map(({ id, status, created_at, name }) => [id, status, created_at, name]);
      for (const row of columns([["INCIDENT", "STATUS", "SINCE", "NAME"], ...open])) terminal.data(row);
    }
    return "ok";
  },
});
