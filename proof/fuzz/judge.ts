import type { Environment } from "../../config/stack";
import { judgePlan } from "../../policy/framework/judge";
import { rules } from "../../policy/rules";
import { defaultTagsOf, isClear, plannedOf, runProgram } from "./program";
import { policyConfig } from "./thresholds";
import type { StackConfig } from "./valid";

/** Rules about awsx's children, which are made in a plugin: mocks do not see them, and the engine's part judges them. */
const IN_THE_PLUGIN: ReadonlySet<string> = new Set(["nat-per-zone", "network-over-zones", "data-subnets-isolated"]);
const JUDGED = rules.filter(({ name }) => !IN_THE_PLUGIN.has(name));

/**
 * What is wrong with a plan of a valid stack file; nothing where all is well.
 * @param compared Also with a preview, where nothing is known that AWS answers: no count depends on it.
 */
export async function faultsOfValid(
  environment: Environment,
  config: StackConfig,
  compared: boolean,
): Promise<string[]> {
  const { resources, error } = await runProgram(environment, config, false);
  if (error !== undefined) return [`refused: ${inWords(error)}`];
  const urns = resources.map(({ urn }) => urn);
  const twice = urns.filter((urn, index) => urns.indexOf(urn) !== index);
  const { violations } = judgePlan(JUDGED, plannedOf(resources, defaultTagsOf(config)), policyConfig(environment));
  return [
    ...(resources.length > 300 ? [] : [`only ${resources.length} resources`]),
    ...twice.map((urn) => `twice: ${urn}`),
    ...violations.map(({ urn = "the stack", message }) => `${urn}\n${message}`),
    ...(compared ? await unlikeIn(environment, config, urns) : []),
  ];
}

async function unlikeIn(environment: Environment, config: StackConfig, made: readonly string[]): Promise<string[]> {
  const { resources } = await runProgram(environment, config, true);
  const [planned, known] = [new Set(resources.map(({ urn }) => urn)), new Set(made)];
  return [
    ...[...known].filter((urn) => !planned.has(urn)).map((urn) => `not in the preview: ${urn}`),
    ...[...planned].filter((urn) => !known.has(urn)).map((urn) => `in the preview only: ${urn}`),
  ];
}

/** What is wrong with how an invalid stack file is refused. */
export async function faultsOfInvalid(
  environment: Environment,
  config: StackConfig,
  broken: string,
): Promise<string[]> {
  const { resources, error } = await runProgram(environment, config, false);
  if (error === undefined) return [`accepted although ${broken}`];
  if (!isClear(error)) return [`a crash and no message, where ${broken}: ${inWords(error)}`];
  return [...unclear(error.message), ...(resources.length > 0 ? [`${resources.length} resources were begun`] : [])];
}

const inWords = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);

/** A message says what was found, what is allowed and gives an example, and has no stack. */
export function unclear(message: string): string[] {
  const missing = ["found", "allowed", "example"].filter((word) => !new RegExp(`^ {4}${word} +\\S`, "m").test(message));
  return [
    ...missing.map((word) => `the message has no "${word}": ${message}`),
    ...(/\n\s+at .+:\d+/.test(message) ? [`the message has a stack: ${message}`] : []),
    ...(/\bundefined\b|\bNaN\b|\[object/.test(message) ? [`the message shows an inner value: ${message}`] : []),
  ];
}
