import { Command, InvalidArgumentError, type Option } from "commander";
import { exitCodeTable } from "./exit-codes";
import type { Terminal } from "./terminal";
import type { CommonOptions, Verb } from "./verb";

export interface Invocation {
  readonly verb: Verb;
  readonly options: CommonOptions & { readonly timeout?: number; readonly color: boolean };
  readonly words: readonly string[];
}

export interface ProgramText {
  readonly name: string;
  readonly description: string;
}

/** The command line as a tree of commands; running one hands over what was asked, and does nothing else. */
export function createProgram(
  text: ProgramText,
  verbs: readonly Verb[],
  terminal: Terminal,
  invoked: (asked: Invocation) => void,
): Command {
  // Commands made below inherit both: throw instead of exiting, and speak through the terminal.
  const root = new Command(text.name)
    .description(text.description)
    .exitOverride()
    .configureOutput({
      writeOut: (lines) => terminal.data(lines.trimEnd()),
      writeErr: (lines) => terminal.say(lines.trimEnd()),
    });
  const plain = { optionDescription: ({ description }: Option) => description };
  root.configureHelp(plain);
  const leaves: Command[] = [];
  for (const verb of verbs) {
    const command = commandAt(root, verb.path);
    describe(command, verb);
    command.action((...received: unknown[]) => {
      const words = received.slice(0, verb.arguments?.length ?? 0).map(String);
      invoked({ verb, options: command.opts<Invocation["options"]>(), words });
    });
    leaves.push(command);
  }
  if (!leaves.includes(root)) {
    root.usage("<verb> [options]").configureHelp({
      ...plain,
      // Whole verbs instead of their first words: `secrets check`, not `secrets`.
      visibleCommands: (command) => (command === root ? leaves : [...command.commands]),
      subcommandTerm: (command) => pathOf(command, root),
    });
    root.addHelpText("after", `\nExit codes:\n${exitCodeTable()}\n\n${text.name} <verb> --help shows examples.`);
  }
  return root;
}

function commandAt(root: Command, path: string): Command {
  let command = root;
  for (const word of path.split(" ").filter((part) => part !== "")) {
    command = command.commands.find((known) => known.name() === word) ?? command.command(word);
  }
  return command;
}

function pathOf(command: Command, root: Command): string {
  const words: string[] = [];
  for (let at: Command | null = command; at !== null && at !== root; at = at.parent) words.unshift(at.name());
  return words.join(" ");
}

function describe(command: Command, verb: Verb): void {
  command.summary(verb.summary).description(verb.description).helpOption("-h, --help", "show this");
  for (const { name, description } of verb.arguments ?? []) command.argument(`<${name}>`, description);
  const stack = ["-s, --stack <stack>", "the stack: production, staging or recovery"] as const;
  if (verb.defaultStack === undefined) command.requiredOption(...stack);
  else command.option(stack[0], `${stack[1]} (default: ${verb.defaultStack})`, verb.defaultStack);
  for (const { flags, description } of verb.options ?? []) {
    if (flags.includes("<")) command.option(flags, description);
    else command.option(flags, description, false);
  }
  if (verb.changes) {
    command.option("--dry-run", "say what would be done, and change nothing", false);
    command.option("--yes <stack>", "go on without asking; takes the stack's name");
  }
  command.option("--json", "the result as JSON on standard output", false);
  command.option("--timeout <seconds>", "give up after so long", seconds);
  command.option("--no-color", "no colours (as the variable NO_COLOR does)");
  const examples = verb.examples.map(({ command: line, says }) => `  # ${says}\n  ${line}`).join("\n");
  command.addHelpText("after", `\nExamples:\n${examples}\n\nExit codes:\n${exitCodeTable()}`);
}

function seconds(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError("Give seconds, such as 90.");
  return number;
}
