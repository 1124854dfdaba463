import type { Verb } from "../verb";
import { abort } from "./abort";
import { continueVerb } from "./continue";
import { history } from "./history";
import { pause } from "./pause";
import { release } from "./release";
import { rollback } from "./rollback";
import { secretsCheck } from "./secrets-check";
import { secretsSet } from "./secrets-set";
import { status } from "./status";
import { verify } from "./verify";

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [
  ...[verify, release, status, history, rollback],
  ...[pause, continueVerb, abort],
  ...[secretsCheck, secretsSet],
];
