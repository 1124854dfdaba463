import { isElsewhere } from "../../framework/region";
import { stackRule } from "../../framework/rule";

export const backupCopiedAway = stackRule({
  name: "backup-copied-away",
  group: "backup",
  description: "A backup plan copies its recovery points into another region.",
  severity: "critical",
  controls: [],
  mend: "Set affiliate:recovery.copyRegion in the stack file.",
  claims: {
    "aws:backup/vault:Vault": [
      {
        path: "region",
        // The stack's own vault would have to move for it to matter, and everything else with it.
        where: ({ name }) => name.endsWith("-copies-vault"),
        harmless: { other: "another region is another region" },
      },
    ],
    "aws:backup/plan:Plan": ["rules"],
  },
  *judge(stack) {
    const plans = stack.ofType("aws:backup/plan:Plan");
    const away = new Set(
      stack
        .ofType("aws:backup/vault:Vault")
        .filter((vault) => isElsewhere(stack, vault))
        .map(({ urn }) => urn),
    );
    const copied = plans.some(({ links }) => (links["rules"] ?? []).some((urn) => away.has(urn)));
    // A stack without a plan is what backup-plan-covers judges.
    const [plan] = plans;
    if (copied || plan === undefined) return;
    yield {
      resource: plan,
      path: "rules[].copyActions",
      found: undefined,
      required: "a copy into a vault of another region",
      because: "recovery points of one region are lost with it",
    };
  },
});
