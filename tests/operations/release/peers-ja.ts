// What the runbook's script and the peers do, in the Japanese document, by the English of it.
export const peersJa: Readonly<Record<string, string>> = {
  "0": "0",
  success: "成功",
  failure: "失敗",
  "non-zero": "0以外",
  "not looked at": "見ない",
  "as for an alarm": "アラームの場合と同じ",
  "as for the circuit breaker": "サーキットブレーカーの場合と同じ",
  "retried by the SDK": "SDKが再試行",
  "no migration": "マイグレーションの機能なし",
  "0: `wait services-stable` is content with the old tasks": "0: `wait services-stable` は旧タスクのままでも満足する",
  "0 before 2.4; since then 1 for rolling deployments (#732, #733)": "2.4より前は0。以後、ローリングでは1(#732、#733)",
  "success until #860 of April 2026 (#191, open for five years); since then failure":
    "2026年4月の#860までは成功(#191、5年間未解決)。以後は失敗",
  "success (sst#5922, pulumi-aws#4487; CloudFormation likewise, containers-roadmap#328)":
    "成功(sst#5922、pulumi-aws#4487。CloudFormationも同じ、containers-roadmap#328)",
  "0: it watches no alarm": "0: アラームを見ない",
  "0 with blue/green: ROLLBACK_SUCCESSFUL is an end like others (#1064)":
    "ブルー/グリーンでは0: ROLLBACK_SUCCESSFULもただの終わり(#1064)",
  "`set -e` ends the script before its rollback; what ran of the migration stays":
    "`set -e` でロールバックの前に終わり、途中までの変更が残る",
  "no migration; a task run before is the caller's": "マイグレーションの機能なし。先に行うのは呼び出し側",
  "a run-task step of its own; its exit code is not read (the runbook's workflow)":
    "run-taskを別の手順で行い、終了コードを読まない(手順書のワークフロー)",
  "asks the public address, where old tasks may answer; `rollback.sh` then takes the second-newest revision":
    "旧タスクが答えうる公開アドレスに聞く。`rollback.sh` は2番目に新しいリビジョンへ戻す",
  "asks the public address, where old tasks may answer": "旧タスクが答えうる公開アドレスに聞く",
  "0: the count is reached": "0: 台数は足りている",
  "0: it compares the deployment's task definition, not the tasks'": "0: タスクではなくデプロイのタスク定義を比べる",
  "success: it compares the deployment's id": "成功: デプロイのIDを比べる",
  "1 for rolling deployments since 2.4": "2.4以降、ローリングでは1",
  "success (pulumi-aws#4487)": "成功(pulumi-aws#4487)",
  "the waiter gives up after 10 minutes, non-zero": "10分で待つのをやめ、0以外",
  "failure after the provider's timeout": "プロバイダーの時間切れで失敗",
  "the waiter gives up after 10 minutes, non-zero, and tells nobody": "10分で待つのをやめ、0以外。誰にも知らせない",
  "non-zero at its timeout": "時間切れで0以外",
  "failure after 30 minutes": "30分で失敗",
  "failure after 20 minutes": "20分で失敗",
  "0 or not, as the waiter meets it": "待つ処理の受け方しだい",
  "does not release workers": "ワーカーはリリースしない",
  "a service at a time, as for the circuit breaker": "サービスごとに、サーキットブレーカーの場合と同じ",
};

/** @throws {Error} when it has none */
export function inJapanese(english: string): string {
  const text = peersJa[english];
  if (text === undefined) throw new Error(`peers-ja.ts has no Japanese for "${english}"`);
  return text;
}
