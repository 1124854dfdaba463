import type { Group } from "../framework/rule";

/** What a rule says of itself, in Japanese. */
export interface RuleText {
  /** The rule's `description`. */
  readonly description: string;
  /** The rule's `mend`. */
  readonly mend: string;
}

/** By the names of a group's rules. */
export type GroupTexts = Readonly<Record<string, RuleText>>;
export type Texts = Readonly<Record<Group, GroupTexts>>;
