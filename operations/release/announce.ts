import { setTimeout as sleep } from "node:timers/promises";
import { asFailure, errorName } from "../aws";
import type { ExitReason } from "../exit-codes";
import type { Context } from "../verb";

export type Occasion = "release" | "rollback";

export interface News {
  readonly occasion: Occasion;
  readonly ending: ExitReason;
  /** What it is about: a version, or a revision. */
  readonly subject: string;
  readonly because: string;
}

/** A sentence a way of ending, Japanese first: that is what the channel reads. */
const ENDINGS: Readonly<Record<Occasion, Partial<Record<ExitReason, readonly [string, string]>>>> = {
  release: {
    ok: ["✅ リリース完了", "Release completed"],
    rolledBack: [
      "↩️ リリースは切り戻されました（旧バージョンが稼働中）",
      "Release rolled back; the old version serves",
    ],
    migrationFailed: [
      "❌ マイグレーション失敗のためリリースを中止しました（旧バージョンが稼働中）",
      "Release stopped by the schema gate; the old version serves",
    ],
    timedOut: [
      "⏱ リリースの監視が時間切れです（デプロイは継続中の可能性あり）",
      "Stopped watching the release: its time was up; the deployment may go on",
    ],
    interrupted: [
      "⏹ リリースの監視が中断されました（デプロイは継続中の可能性あり）",
      "Stopped watching the release: interrupted; the deployment may go on",
    ],
    failed: ["❌ リリース失敗", "Release failed"],
  },
  rollback: {
    ok: ["🚨 緊急ロールバック完了", "🚨 Emergency rollback completed. Previous version restored."],
    timedOut: ["⏱ 緊急ロールバックの監視が時間切れです", "Stopped watching the emergency rollback: its time was up"],
    interrupted: ["⏹ 緊急ロールバックの監視が中断されました", "Stopped watching the emergency rollback: interrupted"],
    failed: ["❌ 緊急ロールバック失敗", "❌ Rollback failed!"],
  },
};
/** The runbook's opening line of an emergency. */
export const EMERGENCY = "🚨 EMERGENCY ROLLBACK INITIATED 🚨 緊急ロールバックを開始します";

export function textOf(stack: string, { occasion, ending, subject, because }: News): string {
  const [japanese, english] = ENDINGS[occasion][ending] ?? ENDINGS[occasion].failed ?? ["", ""];
  return [`${japanese}: ${subject} [${stack}]`, `${english}: ${subject}`, because].join("\n");
}

export type Announce = (news: News) => Promise<void>;

/** Tells Slack how a release or a rollback ended. */
export function announcer(context: Context): Announce {
  const tell = teller(context);
  return (news) => tell(textOf(context.stack.stack, news));
}

/**
 * Slack's webhook, from the stack's secret. Read ahead, so that last words need one request only. That Slack cannot be
 * told is said here and stops nothing: a release does not hang on a chat.
 */
export function teller(context: Context): (text: string) => Promise<void> {
  const { aws, stack, terminal, redactor } = context;
  const webhook = (async () => {
    try {
      const client = await aws.secretsManager();
      const { SecretString = "" } = await client.getSecretValue({ SecretId: stack.secretsOf.name("secret", "slack") });
      redactor.learn(SecretString);
      const { webhook_url: url } = JSON.parse(SecretString) as { webhook_url?: unknown };
      if (typeof url !== "string") return { fault: "the secret `slack` has no webhook_url" };
      redactor.learn(url);
      return { url };
    } catch (error) {
      const unset = errorName(error) === "ResourceNotFoundException";
      return { fault: unset ? "the secret `slack` has no value" : asFailure(error).message };
    }
  })();
  return async (text) => {
    const found = await Promise.race([webhook, sleep(10_000, { fault: "AWS did not give the secret in time" })]);
    if (!("url" in found) || found.url === undefined) return terminal.warn(`Slack was not told: ${found.fault}.`);
    try {
      const answer = await fetch(found.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text }),
        signal: AbortSignal.timeout(4_000),
      });
      if (!answer.ok) terminal.warn(`Slack was not told: it answered ${answer.status}.`);
    } catch (error) {
      terminal.warn(`Slack was not told: ${error instanceof Error ? error.message : String(error)}.`);
    }
  };
}
