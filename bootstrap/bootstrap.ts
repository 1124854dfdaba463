import { Resolver } from "node:dns/promises";
import { confirmStack } from "../operations/prompt";
import type { ChangeOptions, Context, Verb } from "../operations/verb";
import { stateBucketName } from "./bucket-settings";
import { hostedZoneStep, type ResolveNs } from "./hosted-zone";
import { keyAlias, keyStep } from "./key";
import { lambdaConcurrencyStep } from "./lambda-concurrency";
import { serviceRolesStep } from "./service-roles";
import { stateBucketStep } from "./state-bucket";
import type { Action, Finding, Known, Step } from "./step";

interface Looked extends Finding {
  readonly title: string;
}

/** Short: an operator without a way to the resolver should not wait for it. */
const askTheWorld: ResolveNs = (zoneName) => new Resolver({ timeout: 2_000, tries: 1 }).resolveNs(zoneName);

export function createBootstrap(resolveNs: ResolveNs = askTheWorld): Verb<ChangeOptions> {
  const steps: readonly Step[] = [
    keyStep({ purpose: "pulumi-state", description: "Encrypts Pulumi's state bucket", fact: "stateKeyArn" }),
    keyStep({ purpose: "pulumi-secrets", description: "Pulumi's secrets provider", fact: "secretsKeyArn" }),
    stateBucketStep,
    hostedZoneStep(resolveNs),
    serviceRolesStep,
    lambdaConcurrencyStep,
  ];
  return {
    path: "",
    summary: "makes what must exist before the first pulumi up",
    description:
      "Makes what must exist before the first `pulumi up` of a stack, once, with an administrator's credentials: the " +
      "bucket for Pulumi's state and its key, the key of Pulumi's secrets provider, the public hosted zone, and the " +
      "service-linked roles. Tells of a quota that is too low. Looks first and asks; a second run changes nothing, and puts back what has drifted.",
    changes: true,
    examples: [
      { command: "npm run bootstrap -- --stack production --dry-run", says: "what it would do" },
      { command: "npm run bootstrap -- --stack production", says: "does it, after the stack's name is typed" },
    ],

    async run(context, options) {
      const { terminal, stack, aws } = context;
      terminal.say(`Account ${stack.facts.accountId}, ${stack.facts.region}, as ${await aws.caller()}`);
      const seen = await lookAll(steps, context);
      for (const step of seen) tell(context, step);
      const actions = seen.flatMap((step) => step.actions);
      const changed = actions.length > 0 && !options.dryRun;
      if (changed) {
        await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
        await applyAll(steps, context);
      } else {
        terminal.say(actions.length === 0 ? "Nothing to do: everything is there." : "Dry run: nothing was changed.");
      }
      // Looked at again, so that what is told is what is there: the zone's name servers, for one.
      const now = changed ? await lookAll(steps, context) : seen;
      const notes = now.flatMap((step) => step.notes ?? []);
      for (const note of notes) terminal.say(note);
      if (!options.dryRun) sayNext(context);
      if (options.json) printJson(context, options.dryRun, actions, notes);
      return "ok";
    },
  };
}

async function lookAll(steps: readonly Step[], context: Context): Promise<Looked[]> {
  const known: Known = {};
  const seen: Looked[] = [];
  for (const step of steps) seen.push({ title: step.title, ...(await step.look(context, known)) });
  return seen;
}

/** Each step looks anew before it acts: it needs what the steps before it made. */
async function applyAll(steps: readonly Step[], context: Context): Promise<void> {
  const known: Known = {};
  for (const step of steps) {
    for (const action of (await step.look(context, known)).actions) {
      await action.run();
      context.terminal.say(`${context.terminal.paint("green", "done")} ${action.says}`);
    }
  }
}

function tell({ terminal }: Context, { title, present, actions }: Looked): void {
  terminal.say(terminal.paint("bold", title));
  for (const there of present) terminal.say(`  is there  ${there}`);
  for (const { kind, says } of actions) terminal.say(terminal.paint("yellow", `  ${kind.padEnd(8)}  ${says}`));
}

/** What the next commands need, all of it derived: nothing here is a secret. */
export function addresses({ facts }: Context["stack"]) {
  return {
    backend: `s3://${stateBucketName(facts)}?region=${facts.region}`,
    secretsProvider: `awskms://${keyAlias(facts, "pulumi-secrets")}?region=${facts.region}`,
  };
}

function sayNext({ terminal, stack }: Context): void {
  const { backend, secretsProvider } = addresses(stack);
  const name = stack.stack;
  // It has production's account, and no pipeline: it is an administrator's, on a bad day.
  const steps =
    stack.facts.environment === "recovery"
      ? [`npm run preview -- ${name}   # and no update before the day: docs/recovery.md`]
      : [
          `npm run up -- ${name} --project account   # once per AWS account, still with an administrator's credentials: docs/delivery.md`,
          `npm run up -- ${name}   # the first one by an administrator as well; after that, pipelines`,
          `npm run operations -- secrets check --stack ${name}   # names what to fill with: secrets set <name>`,
        ];
  terminal.say("Next, once the domain is delegated:");
  for (const line of [
    `pulumi login '${backend}'`,
    `pulumi stack init ${name} --secrets-provider='${secretsProvider}'   # adds two lines to Pulumi.${name}.yaml: commit them`,
    ...steps,
  ]) {
    terminal.say(`  ${line}`);
  }
}

function printJson({ terminal, stack }: Context, dryRun: boolean, actions: readonly Action[], notes: string[]): void {
  const result = actions.length === 0 ? "unchanged" : dryRun ? "dryRun" : "changed";
  const told = actions.map(({ kind, says }) => ({ kind, says }));
  terminal.json({ stack: stack.stack, result, actions: told, notes, ...addresses(stack) });
}
