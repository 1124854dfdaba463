// docs/reference/outputs: what a stack tells of itself, from the interface that promises it.
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { REPOSITORY_ROOT } from "../../config/root";
import { docstring } from "./docstrings";
import { outputsJa } from "./outputs-ja";
import { code, head, type Language, tableOf } from "./page";

const FILE = "config/outputs.ts";

const WORDS = {
  en: {
    title: "Outputs",
    lead: "What a stack tells of itself once it is up. A name is a contract: names are added and never renamed. No secret value is among them. Read them with `pulumi stack output --json`, or in the sandbox:",
    heads: ["output", "type", "meaning"],
  },
  ja: {
    title: "出力リファレンス",
    lead: "起動したスタックが示す値です。名前は契約であり、追加されるだけで改名されません。秘密の値は含みません。`pulumi stack output --json`、サンドボックスでは次のコマンドで読めます。",
    heads: ["出力", "型", "説明"],
  },
} as const;

interface Output {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export function outputsList(): readonly Output[] {
  const text = readFileSync(path.join(REPOSITORY_ROOT, FILE), "utf8");
  const source = ts.createSourceFile(FILE, text, ts.ScriptTarget.ES2022, true);
  const interfaces = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((one) => [one.name.text, one]));
  const membersOf = (members: ts.NodeArray<ts.TypeElement>, at: string): Output[] =>
    members.filter(ts.isPropertySignature).flatMap((member) => {
      const name = at === "" ? member.name.getText() : `${at}.${member.name.getText()}`;
      const type = member.type;
      const said = docstring(member)?.text ?? "";
      const named = type && ts.isTypeReferenceNode(type) ? interfaces.get(type.typeName.getText()) : undefined;
      const inner = type && ts.isTypeLiteralNode(type) ? type.members : named?.members;
      if (inner === undefined) return [{ name, type: type?.getText().replace(/^readonly /, "") ?? "", text: said }];
      return [...(said === "" ? [] : [{ name, type: "", text: said }]), ...membersOf(inner, name)];
    });
  const outputs = interfaces.get("StackOutputs");
  if (outputs === undefined) throw new Error(`${FILE} has no interface StackOutputs`);
  return membersOf(outputs.members, "");
}

export function outputsPage(language: Language): string {
  const { title, lead, heads } = WORDS[language];
  return [
    ...head("outputs", language, title, FILE),
    lead,
    "",
    "```console",
    "npm run sandbox -- outputs --stack production",
    "```",
    "",
    ...tableOf(
      heads,
      outputsList().map(({ name, type, text }) => [
        code(name),
        code(type),
        language === "ja" ? (outputsJa[text] ?? "") : text,
      ]),
    ),
  ].join("\n");
}
