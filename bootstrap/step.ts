import type { Context } from "../operations/verb";

/** What later steps need from earlier ones; absent while it does not exist yet. */
export interface Known {
  stateKeyArn?: string;
  secretsKeyArn?: string;
}

/** One thing to do, with the words that tell it. */
export interface Action {
  readonly kind: "create" | "change";
  readonly says: string;
  run(): Promise<void>;
}

export interface Finding {
  /** What is there as it should be. */
  readonly present: readonly string[];
  readonly actions: readonly Action[];
  /** What a person has to do or know. */
  readonly notes?: readonly string[];
}

/** A step looks first, always; that is what makes a second run change nothing. */
export interface Step {
  readonly title: string;
  look(context: Context, known: Known): Promise<Finding>;
}
