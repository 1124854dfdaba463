import { readState, writeState } from "../maintenance/store";
import { visitorsUrl, waitFor } from "../maintenance/visitors";
import { confirmStack } from "../prompt";
import { teller } from "../release/announce";
import { readTargets } from "../targets";
import type { ChangeOptions, Verb } from "../verb";

export const maintenanceOff: Verb<ChangeOptions> = {
  path: "maintenance off",
  summary: "lets visitors in again",
  description:
    "Ends the maintenance, and waits until the front page answers something other than 503. An application that does " +
    "not answer is seen here, too: then it ends with its time (--timeout), and the maintenance is over nevertheless.",
  changes: true,
  timeoutSeconds: 300,
  examples: [{ command: "npm run operations -- maintenance off --stack production", says: "open again" }],

  async run(context, options) {
    const { terminal, stack } = context;
    const targets = await readTargets(context.aws, stack);
    const client = await context.aws.keyValueStore();
    const { storeArn } = targets.maintenance;
    const found = await readState(client, storeArn);
    const url = visitorsUrl(targets);
    const nothing = !found.broken && found.state?.on !== true;
    terminal.say(nothing ? "Maintenance is off. Nothing to change." : `${url} will go to the application again.`);
    if (options.dryRun) terminal.say("Dry run: nothing was changed.");
    else if (!nothing) {
      await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
      const tell = teller(context);
      await writeState(client, storeArn, found.etag, { on: false, id: new Date().toISOString(), allow: [] });
      context.lastWords(() => tell(`⚠️ メンテナンス終了を書き込みましたが、確認できていません [${stack.stack}]`));
      const { status } = await waitFor(
        url,
        (answer) => answer.status !== undefined && answer.status !== 503,
        context.signal,
        (text) => terminal.say(text),
      );
      terminal.say(`${url} answers ${status}.`);
      await tell(`✅ メンテナンスを終了しました [${stack.stack}]\nMaintenance is over; visitors get ${status}.`);
    }
    const maintenance = options.dryRun && found.state !== undefined ? found.state : { on: false };
    if (options.json) terminal.json({ stack: stack.stack, dryRun: options.dryRun, maintenance });
    return "ok";
  },
};
