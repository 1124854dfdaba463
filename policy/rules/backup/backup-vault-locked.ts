import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const backupVaultLocked = stackRule({
  name: "backup-vault-locked",
  group: "backup",
  description: "Recovery points cannot be deleted before their time, nor kept for a day by mistake.",
  severity: "critical",
  controls: [],
  mend: "Give each vault a VaultLockConfiguration with minRetentionDays (components/data/backups.ts).",
  thresholds: {
    minimumDays: {
      type: "integer",
      minimum: 1,
      maximum: 36_500,
      default: 7,
      description: "Days that the lock holds each recovery point at the least.",
    },
  },
  claims: {
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": ["backupVaultName", "minRetentionDays"],
  },
  *judge(stack, context) {
    const minimum = context.number("minimumDays");
    for (const vault of stack.ofType("aws:backup/vault:Vault")) {
      const locks = stack.linkedTo(
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        "backupVaultName",
        vault,
      );
      const [lock] = locks;
      const days = lock?.props.minRetentionDays;
      yield* unless(days !== undefined && days >= minimum, {
        resource: lock ?? vault,
        path: lock === undefined ? "lock" : "minRetentionDays",
        found: days,
        required: `a lock of at least ${minimum} days`,
        because: lock === undefined ? "without one whoever may use the vault may empty it" : undefined,
      });
    }
  },
});
