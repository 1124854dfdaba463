import { ownKeyRule } from "../../framework/own-key";

export const backupVaultKey = ownKeyRule(
  {
    name: "backup-vault-key",
    group: "encryption",
    description: "Vaults of AWS Backup are encrypted with a key of our own, a different one in each region.",
    severity: "high",
    controls: ["FSBP Backup.1"],
    mend: "Give the vault the backups key of its region (components/data/backups.ts).",
  },
  [
    {
      type: "aws:backup/vault:Vault",
      path: "kmsKeyArn",
      purposes: ["backups", "backups-copies"],
      otherwise: "AWS takes its shared key aws/backup, under which nothing can be copied into another region",
    },
  ],
);
