import { resourceRule } from "../../framework/rule";

export const backupRetention = resourceRule({
  name: "backup-retention",
  group: "backup",
  description: "Each tier of a backup plan keeps its recovery points long enough, and none for ever.",
  severity: "high",
  controls: [],
  mend: "Raise the days in affiliate:backup of the stack file.",
  thresholds: {
    minimumDays: { type: "integer", minimum: 1, default: 7, description: "Days of any tier." },
    longestDays: { type: "integer", minimum: 1, default: 365, description: "Days that one tier at least must keep." },
  },
  claims: { "aws:backup/plan:Plan": [{ path: "rules[].lifecycle.deleteAfter" }] },
  judges: {
    *"aws:backup/plan:Plan"({ rules }, context) {
      const minimum = context.number("minimumDays");
      const days = rules.map((rule) => rule.lifecycle?.deleteAfter);
      for (const [index, kept] of days.entries()) {
        if (kept !== undefined && kept >= minimum) continue;
        yield {
          path: `rules[${index}].lifecycle.deleteAfter`,
          found: kept,
          required: `at least ${minimum} days`,
          because: kept === undefined ? "without it recovery points are kept, and paid, for ever" : undefined,
        };
      }
      const longest = Math.max(...days.map((kept) => kept ?? 0));
      if (longest < context.number("longestDays")) {
        yield {
          path: "rules[].lifecycle.deleteAfter",
          found: longest,
          required: `a tier of at least ${context.number("longestDays")} days`,
        };
      }
    },
  },
});
