import type { Environment } from "../../config/stack";
import { judgePlan } from "../../policy/framework/judge";
import { rules } from "../../policy/rules";
import { defaultTagsOf, isClear, plannedOf, runProgram } from "./program";
import { policyConfig } from "./thresholds";
import type { StackConfig } from "./valid";

/** Rules about awsx's children, which are made in a plugin: mocks do not see them, and the engine's part judges them. */
const IN_THE_PLUGIN: ReadonlySet<string> = new Set(["nat-per-zone", "network-over-zones", "data-subnets-isolated"]);
const JUDGED = rules.filter(({ name }) => !IN_THE_PLUGIN.has(name));

/** What is wrong with a plan of a valid stack file; nothing where all is well. */
export async function faultsOfValid(environment: Environment, config: StackConfig): Promise<string[]> {
  const { resources, error } = await runProgram(environment, config, false);
  if (error !== undefined) return [`refused: ${inWords(error)}`];
  const urns = resources.map(({ urn }) => urn);
  const twice = urns.filter((urn, index) => urns.indexOf(urn) !== index);
  const { violations } = judgePlan(JUDGED, plannedOf(resources, defaultTagsOf(config)), policyConfig(environment));
  return [
    ...(resources.length > 300 ? [] : [`only ${resources.length} resources`]),
    ...twice.map((urn) => `twice: ${urn}`),
    ...violations.map(({ urn = "the stack", message }) => `${urn}\n${message}`),
  ];
}

/** The resources of a preview, where nothing that AWS answers is known, are those of an update: no count depends on it. */
export async function countsUnknown(environment: Environment, config: StackConfig): Promise<string[]> {
  const [plan, update] = [await runProgram(environment, config, true), await runProgram(environment, config, false)];
  const [planned, made] = [plan, update].map(({ resources }) => new Set(resources.map(({ urn }) => urn)));
  return [...(made ?? [])].filter((urn) => planned?.has(urn) !== true).map((urn) => `not in the preview: ${urn}`);
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
