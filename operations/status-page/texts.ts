import type { IncidentStatus } from "./api";

/** What the person on call fills in. Times are hh:mm in Tokyo. */
export interface Words {
  /** What visitors notice, or what works again. */
  readonly ja: string;
  readonly en: string;
  /** hh:mm */
  readonly since: string;
  /** hh:mm */
  readonly until: string;
  /** hh:mm */
  readonly next: string;
  readonly effectJa: string;
  readonly effectEn: string;
  /** Date of the report, yyyy-mm-dd. */
  readonly report: string;
}

type Text = (words: Words) => string;

interface Template {
  /** What it asks for, in the order of the questions. */
  readonly asks: readonly (keyof Words)[];
  readonly ja: Text;
  readonly en: Text;
}

/** The texts of docs/incident/status-page.md and its Japanese twin; a test holds them together. */
export const templates: Readonly<Record<IncidentStatus, Template>> = {
  investigating: {
    asks: ["since", "ja", "en", "next"],
    ja: ({ since, ja, next }) =>
      `${since}頃より、${ja}が発生しています。現在調査中です。次回更新は${next}を予定しています。`,
    en: ({ since, en, next }) => `Since ${since} JST, ${en}. We are investigating. Next update by ${next} JST.`,
  },
  identified: {
    asks: ["ja", "en", "next"],
    ja: ({ ja, next }) => `原因を特定し、復旧作業を行っています。${ja}。次回更新は${next}を予定しています。`,
    en: ({ en, next }) => `The cause is known, and we are restoring service. ${en}. Next update by ${next} JST.`,
  },
  monitoring: {
    asks: ["since", "ja", "en"],
    ja: ({ since, ja }) => `${since}に${ja}は復旧しました。引き続き状況を監視しています。`,
    en: ({ since, en }) => `Since ${since} JST ${en} works again. We keep watching.`,
  },
  resolved: {
    asks: ["since", "until", "ja", "en", "effectJa", "effectEn", "report"],
    ja: ({ since, until, ja, effectJa, report }) =>
      `${since}から${until}まで${ja}が発生していましたが、復旧しました。${effectJa}。ご迷惑をおかけしました。${report}までに報告書を公開します。`,
    en: ({ since, until, en, effectEn, report }) =>
      `From ${since} to ${until} JST, ${en}. It is over. ${effectEn}. We apologise, and will publish a report by ${report}.`,
  },
};

/** Both languages, Japanese first: most of those who read it do. */
export function bodyOf(status: IncidentStatus, words: Words): string {
  const { ja, en } = templates[status];
  return `${ja(words)}\n\n${en(words)}`;
}

interface Question {
  readonly flags: string;
  readonly asks: string;
  readonly pattern: RegExp;
  readonly allowed: string;
}

const TIME = { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, allowed: "hh:mm in Tokyo, such as 09:05" } as const;
/** A part of a sentence: the sentence brings its own full stop. */
const PART = {
  pattern: /^[^\s。.](.{0,398}[^\s。.])?$/u,
  allowed: "up to 400 characters on one line, without a full stop at the end",
} as const;

export const questions: Readonly<Record<keyof Words, Question>> = {
  ja: { ...PART, flags: "--ja <text>", asks: "Japanese: what visitors notice, or what works (not) again" },
  en: { ...PART, flags: "--en <text>", asks: "the same in English" },
  since: { ...TIME, flags: "--since <hh:mm>", asks: "since when, in Tokyo" },
  until: { ...TIME, flags: "--until <hh:mm>", asks: "until when, in Tokyo" },
  next: { ...TIME, flags: "--next <hh:mm>", asks: "when the next update comes (default: in 30 minutes)" },
  effectJa: { ...PART, flags: "--effect-ja <text>", asks: "Japanese: what became of clicks and conversions" },
  effectEn: { ...PART, flags: "--effect-en <text>", asks: "the same in English" },
  report: {
    flags: "--report <date>",
    asks: "date of the report",
    pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
    allowed: "a date, such as 2026-12-01",
  },
};

const MINUTES_TO_NEXT = 30;

/** hh:mm in Tokyo, so many minutes from then. */
export function nextUpdate(now: Date): string {
  const then = new Date(now.getTime() + MINUTES_TO_NEXT * 60_000);
  return new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" }).format(then);
}
