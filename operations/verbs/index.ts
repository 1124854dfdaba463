import type { Verb } from "../verb";
import { secretsCheck } from "./secrets-check";
import { secretsSet } from "./secrets-set";

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [secretsCheck, secretsSet];
