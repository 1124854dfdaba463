// docs/reference/operations: every verb of the operator's command line, from the verbs themselves.
import { exitCodes } from "../../operations/exit-codes";
import { verbs } from "../../operations/verbs";
import type { Verb } from "../../operations/verb";
import { operationsJa } from "./operations-ja";
import { examplesJa, optionsJa } from "./operations-words-ja";
import { code, head, type Language, tableOf } from "./page";

const WORDS = {
  en: {
    title: "Operations",
    lead:
      "Every verb of `npm run operations -- <verb>`. What changes something has `--dry-run`, asks for the stack's name unless `--yes <stack>` gives it, " +
      "and can be given `--json` and `--timeout <seconds>`, as all can.",
    all: ["verb", "what it does", "changes something"],
    yes: "yes",
    options: ["option", "meaning"],
    examples: "Examples",
    exits: "Exit codes",
    code: ["code", "meaning"],
  },
  ja: {
    title: "運用コマンドリファレンス",
    lead:
      "`npm run operations -- <動詞>` の一覧です。変更を行うものには `--dry-run` があり、`--yes <スタック名>` がなければスタック名の入力を求めます。" +
      "すべてに `--json` と `--timeout <秒>` を付けられます。",
    all: ["動詞", "内容", "変更の有無"],
    yes: "あり",
    options: ["オプション", "意味"],
    examples: "例",
    exits: "終了コード",
    code: ["コード", "意味"],
  },
} as const;

const anchor = ({ path }: Verb): string => path.replaceAll(" ", "-");

export function operationsPage(language: Language): string {
  const { title, lead, all, yes, examples, exits, code: codes } = WORDS[language];
  const summary = (verb: Verb): string => (language === "ja" ? (operationsJa.verbs[verb.path] ?? "") : verb.summary);
  return [
    ...head("operations", language, title, "operations/verbs"),
    lead,
    "",
    ...tableOf(
      all,
      verbs.map((verb) => [`[${code(verb.path)}](#${anchor(verb)})`, summary(verb), verb.changes ? yes : ""]),
    ),
    ...verbs.flatMap((verb) => section(verb, language, summary(verb), examples)),
    `## ${exits}`,
    "",
    ...tableOf(
      codes,
      Object.entries(exitCodes).map(([reason, { code: number, meaning }]) => [
        String(number),
        language === "ja" ? (operationsJa.exits[reason] ?? "") : meaning,
      ]),
    ),
  ].join("\n");
}

function section(verb: Verb, language: Language, summary: string, examples: string): string[] {
  const words = (verb.arguments ?? []).map(({ name }) => ` <${name}>`).join("");
  const said = (text: string, ja: Readonly<Record<string, string>>): string =>
    language === "ja" ? (ja[text] ?? "") : text;
  const options = [
    ...(verb.arguments ?? []).map(({ name, description }) => [code(`<${name}>`), said(description, optionsJa)]),
    ...(verb.options ?? []).map(({ flags, description }) => [code(flags), said(description, optionsJa)]),
  ];
  return [
    `## ${verb.path}`,
    "",
    language === "ja" ? summary : verb.description,
    "",
    "```console",
    `npm run operations -- ${verb.path}${words} --stack <stack>`,
    "```",
    "",
    ...(options.length === 0 ? [] : tableOf(WORDS[language].options, options)),
    `**${examples}**`,
    "",
    "```console",
    ...verb.examples.flatMap(({ command, says }) => [`# ${said(says, examplesJa)}`, command]),
    "```",
    "",
  ];
}
