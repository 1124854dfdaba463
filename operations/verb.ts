import type { Aws } from "./aws";
import type { ExitReason } from "./exit-codes";
import type { Failure } from "./failure";
import type { Input, Prompt } from "./prompt";
import type { Redactor } from "./redactor";
import type { StackFile } from "./stack-file";
import type { Terminal } from "./terminal";

/** What every verb gets. */
export interface Context {
  readonly stack: StackFile;
  readonly aws: Aws;
  readonly terminal: Terminal;
  readonly prompt: Prompt;
  readonly input: Input;
  readonly redactor: Redactor;
  /** Aborted when --timeout passes or Ctrl-C is pressed. */
  readonly signal: AbortSignal;
  /** What is still said when the time is up or Ctrl-C is pressed; it gets five seconds. */
  lastWords(work: (ending: Failure) => Promise<void>): void;
  /** Work that is done however the verb ends: by itself, by a failure, by --timeout or Ctrl-C. */
  atEnd(work: () => Promise<void>): void;
}

/** Every verb has these. */
export interface CommonOptions {
  readonly stack: string;
  readonly json: boolean;
}

/** What verbs that change something have on top. */
export interface ChangeOptions extends CommonOptions {
  readonly dryRun: boolean;
  readonly yes?: string;
}

/** A verb is a file in verbs/: its words on the command line and its work. It loads nothing heavy before it runs. */
export interface Verb<Options extends CommonOptions = CommonOptions> {
  /** As typed: `secrets check`. Empty for a program that is one verb. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** Whether it changes anything: then it has --dry-run and --yes. */
  readonly changes: boolean;
  /** The stack when none is named. @default none: it has to be */
  readonly defaultStack?: string;
  /** Seconds until it gives up, unless --timeout says otherwise. @default none */
  readonly timeoutSeconds?: number;
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly options?: readonly { readonly flags: string; readonly description: string }[];
  readonly examples: readonly { readonly command: string; readonly says: string }[];
  /** Returns how it ended; throws a Failure for anything else. */
  run(context: Context, options: Options, ...words: string[]): Promise<ExitReason>;
}
