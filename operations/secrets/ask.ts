import { secretDefinition, type SecretName, type SecretSource } from "../../config/secrets";
import { Failure } from "../failure";
import { readInput } from "../prompt";
import type { Context } from "../verb";
import { fault } from "./generate";
import { faults, missing } from "./merge";
import { jsonObject, learnValues } from "./store";

export interface AskOptions {
  readonly fromStdin: boolean;
  readonly rotate: boolean;
  readonly dryRun: boolean;
}

type Values = Readonly<Record<string, string>>;

/** The values that a person gives: from standard input, or asked for one by one. */
export async function givenValues(
  context: Context,
  name: SecretName,
  current: Values | undefined,
  options: AskOptions,
): Promise<Values> {
  const definition = secretDefinition(name);
  const given = options.fromStdin ? await piped(context, name) : await asked(context, name, current, options);
  const wrong = faults(definition, given);
  if (wrong.length > 0) throw new Failure("usage", `${name}: ${wrong.join("; ")}. Nothing was changed.`);
  const lacking = missing(definition, { current, given });
  if (lacking.length > 0 && !options.dryRun) {
    throw new Failure(
      "refused",
      `${name} needs a value for ${lacking.join(", ")}. Nothing was changed.`,
      `On a terminal it is asked for; else pipe {${lacking.map((key) => `"${key}": "…"`).join(", ")}} in with --from-stdin`,
    );
  }
  return given;
}

async function piped({ input, redactor }: Context, name: SecretName): Promise<Values> {
  const text = await readInput(input);
  redactor.learn(text.trim());
  const value = jsonObject(text);
  // The names of an unknown text could be the secret itself: say the form, quote nothing.
  if (value === undefined) throw new Failure("usage", 'Standard input is not a JSON object such as {"api_key": "…"}.');
  learnValues(name, value, redactor);
  const { keys } = secretDefinition(name);
  const notText = Object.keys(value).filter((key) => key in keys && typeof value[key] !== "string");
  if (notText.length > 0) throw new Failure("usage", `On standard input, ${notText.join(", ")} is not a text.`);
  const unknown = Object.keys(value).filter((key) => !(key in keys)).length;
  if (unknown > 0) {
    throw new Failure(
      "usage",
      `Standard input has ${unknown} ${unknown === 1 ? "key" : "keys"} that ${name} does not have.`,
      `Its keys: ${Object.keys(keys).join(", ")}`,
    );
  }
  return value as Values;
}

async function asked(
  context: Context,
  name: SecretName,
  current: Values | undefined,
  options: AskOptions,
): Promise<Values> {
  const { prompt } = context;
  if (options.dryRun || !prompt.possible) return {};
  return prompt.unseen(() => answers(context, name, current, options));
}

async function answers(
  { prompt, redactor, terminal }: Context,
  name: SecretName,
  current: Values | undefined,
  { rotate }: AskOptions,
): Promise<Values> {
  const given: Record<string, string> = {};
  for (const [key, source] of Object.entries(secretDefinition(name).keys)) {
    const question = questionFor(key, source, (current?.[key] ?? "") !== "", rotate);
    if (question === undefined) continue;
    for (;;) {
      const answer = (await prompt.hidden(question)).trim();
      if (answer === "") break;
      redactor.learn(answer);
      const wrong = fault(source, answer);
      if (wrong === undefined) {
        given[key] = answer;
        break;
      }
      terminal.warn(`${key} ${wrong}`);
    }
  }
  return given;
}

/** What to ask for a key; nothing where the table leaves no choice. */
function questionFor(key: string, source: SecretSource, present: boolean, rotate: boolean): string | undefined {
  switch (source.kind) {
    case "fixed":
    case "previousLaravelKeys":
      return undefined;
    case "laravelKey":
    case "password":
      return rotate ? undefined : `${key} (not shown; Enter ${present ? "keeps the present one" : "generates one"}): `;
    case "asked":
      return `${source.prompt} (not shown${present ? "; Enter keeps the present one" : ""}): `;
  }
}
