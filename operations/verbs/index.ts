import type { Verb } from "../verb";
import { abort } from "./abort";
import { backupList } from "./backup-list";
import { backupNow } from "./backup-now";
import { backupVerify } from "./backup-verify";
import { consoleVerb } from "./console";
import { continueVerb } from "./continue";
import { databaseUsersVerb } from "./database-users";
import { drill } from "./drill";
import { history } from "./history";
import { logs } from "./logs";
import { maintenanceOff } from "./maintenance-off";
import { maintenanceOn } from "./maintenance-on";
import { maintenanceStatus } from "./maintenance-status";
import { migrate } from "./migrate";
import { pause } from "./pause";
import { release } from "./release";
import { restoreDatabase } from "./restore-database";
import { restoreFiles } from "./restore-files";
import { rollback } from "./rollback";
import { secretsCheck } from "./secrets-check";
import { secretsSet } from "./secrets-set";
import { status } from "./status";
import { statusPageOpen } from "./status-page-open";
import { statusPageResolve } from "./status-page-resolve";
import { statusPageShow } from "./status-page-show";
import { statusPageUpdate } from "./status-page-update";
import { tunnelDatabase } from "./tunnel-database";
import { verify } from "./verify";

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [
  ...[verify, release, status, history, rollback],
  ...[pause, continueVerb, abort],
  ...[maintenanceOn, maintenanceOff, maintenanceStatus],
  ...[migrate, logs, consoleVerb, tunnelDatabase, databaseUsersVerb],
  ...[secretsCheck, secretsSet],
  ...[backupNow, backupList, backupVerify, restoreDatabase, restoreFiles, drill],
  ...[statusPageShow(), statusPageOpen(), statusPageUpdate(), statusPageResolve()],
];
