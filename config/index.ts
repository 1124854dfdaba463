export { arn } from "./arn";
export type { NameKind, Namer } from "./naming";
export type { Settings } from "./settings";
export { createStackFacts, GLOBAL_REGION, PROJECT, type Environment, type StackFacts } from "./stack";
