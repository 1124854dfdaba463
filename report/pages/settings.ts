// docs/reference/settings: each key of a stack file, from the schema that judges it and the docstrings above it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { REPOSITORY_ROOT } from "../../config/root";
import { allowedBy, mayBeMissing, unwrap } from "../../config/schema/walk";
import { stackFile } from "../../config/settings";
import { allowedJa } from "./allowed-ja";
import { docstringsOf } from "./docstrings";
import { code, head, type Language, tableOf } from "./page";
import { settingsJa } from "./settings-ja";

export interface Setting {
  /** `database.instances[].class` */
  readonly path: string;
  readonly allowed: string;
  readonly optional: boolean;
  /** It holds others. @default false */
  readonly block?: boolean;
}

/** Every key that holds a value, and each list. */
export function settingsOf(schema: z.core.$ZodType = stackFile, at = "", optional = false): readonly Setting[] {
  const inner = unwrap(schema);
  const missing = optional || mayBeMissing(schema);
  if (inner instanceof z.ZodObject) {
    const inside = Object.entries<z.core.$ZodType>(inner.shape).flatMap(([key, child]) =>
      settingsOf(child, at === "" ? key : `${at}.${key}`, missing),
    );
    // A block is told where it is explained: the top ones by their headings.
    return at.includes(".") ? [{ path: at, allowed: "", optional: missing, block: true }, ...inside] : inside;
  }
  const own: Setting = { path: at, allowed: allowedBy(inner), optional: missing };
  const element = inner instanceof z.ZodArray ? inner.element : undefined;
  return element instanceof z.ZodObject ? [own, ...settingsOf(element, `${at}[]`)] : [own];
}

const STACKS = ["production", "staging"] as const;

const WORDS = {
  en: {
    title: "Settings",
    lead:
      "Every key of `Pulumi.<stack>.yaml`. All faults of a file are reported in one message, before anything is planned. " +
      "Secret values are never here: [secrets](operations.md#secrets-set). In a real file a key stands as `affiliate:<block>:` with what is below it.",
    heads: ["key", "meaning", "allowed", "default"],
    required: "required",
    same: "as production",
  },
  ja: {
    title: "設定リファレンス",
    lead:
      "`Pulumi.<stack>.yaml` の全キーです。ファイルの誤りは、計画の前に一つのメッセージですべて報告されます。" +
      "秘密の値は書きません: [シークレット](operations.ja.md#secrets-set)。実際のファイルでは `affiliate:<ブロック>:` の下に書きます。",
    heads: ["キー", "意味", "許される値", "既定値"],
    required: "必須",
    same: "本番と同じ",
  },
} as const;

export function settingsPage(language: Language): string {
  const docs = docstringsOf(path.join(REPOSITORY_ROOT, "config", "settings.ts"), "stackFile");
  const { title, lead, heads, required } = WORDS[language];
  const files = STACKS.map((stack) => valuesOf(stack));
  const blocks = new Map<string, Setting[]>();
  for (const setting of settingsOf()) {
    const [block = ""] = setting.path.split(".");
    const top = block.includes("[") || !setting.path.includes(".") ? "" : block;
    blocks.set(top, [...(blocks.get(top) ?? []), setting]);
  }
  const sections = [...blocks].flatMap(([block, settings]) => {
    const told = settings.filter(({ path: key, block: holds }) => !holds || docs.has(key));
    const rows = told.map(({ path: key, allowed, optional }) => {
      const doc = docs.get(key);
      const meaning = language === "ja" ? (settingsJa[key] ?? "") : (doc?.text ?? "");
      const short = block === "" ? key : key.slice(block.length + 1);
      return [
        code(short),
        meaning,
        language === "ja" ? allowedJa(allowed) : allowed,
        doc?.default === undefined
          ? optional
            ? "–"
            : required
          : language === "ja"
            ? allowedJa(doc.default)
            : doc.default,
        ...files.map((values) => code(shown(values, key))),
      ];
    });
    const name = block === "" ? "affiliate:" : block === "aws" ? "aws:" : `affiliate:${block}`;
    return [`## ${code(name)}`, "", ...tableOf([...heads, ...STACKS], rows)];
  });
  return [...head("settings", language, title, "config/schema"), lead, "", ...sections].join("\n");
}

type Values = Readonly<Record<string, unknown>>;

/** By the schema's own names: `affiliate:database` is `database`, `aws:region` is `aws.region`. */
function valuesOf(stack: string): Values {
  const { config } = parse(readFileSync(path.join(REPOSITORY_ROOT, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  const own: Record<string, unknown> = { aws: {} };
  for (const [key, value] of Object.entries(config)) {
    const [space, name = ""] = key.split(":");
    if (space === "affiliate") own[name] = value;
    if (space === "aws") (own.aws as Record<string, unknown>)[name] = value;
  }
  return own;
}

/** Of elements of a list, the value of each. */
function shown(values: Values, key: string): string {
  const found = key.split(".").reduce<unknown>((at, step) => {
    const name = step.replace(/\[\]$/, "");
    const pick = (from: unknown): unknown =>
      typeof from === "object" && from !== null ? (from as Record<string, unknown>)[name] : undefined;
    return Array.isArray(at) ? at.map(pick) : pick(at);
  }, values);
  if (found === undefined) return "";
  if (Array.isArray(found)) {
    return found.every((one) => typeof one === "object") ? `${found.length}` : found.map(plain).join(", ");
  }
  return plain(found);
}

const plain = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
