import { computeRules } from "./compute";
import { databaseRules, redisRules } from "./data";
import { datadogRules } from "./datadog";
import { dumpRules } from "./dump";
import { deliveryRules } from "./delivery";
import { monitoringRules } from "./monitoring";
import { cidrRules, zoneRules } from "./network";
import { recoveryRules } from "./recovery";
import { restoreRules } from "./restore";
import type { RuleSet } from "./rule";
import { stackRules } from "./stack";
import { windowRules } from "./windows";

/** In the order of the stack file. */
export const ruleSets: readonly RuleSet[] = [
  stackRules,
  zoneRules,
  cidrRules,
  databaseRules,
  redisRules,
  restoreRules,
  windowRules,
  computeRules,
  dumpRules,
  monitoringRules,
  recoveryRules,
  datadogRules,
  deliveryRules,
];
