/** Said wherever the simulated cloud answers, in both languages of those who run it. */
export const SIMULATION = [
  "SIMULATION: real engine, real program, simulated cloud. Nothing is created on AWS, Datadog or GitHub, nor asked of them.",
  "シミュレーション: エンジンとプログラムは本物、クラウドは模擬です。AWS・Datadog・GitHub には何も作られず、接続もしません。",
] as const;

/** Said by a plan with the real provider plugins. */
export const REAL_PLAN = [
  "PLAN: the real provider plugins, without credentials. Nothing is created, and AWS, Datadog and GitHub are not called.",
  "プラン: 本物のプロバイダーを認証情報なしで使います。何も作られず、AWS・Datadog・GitHub への呼び出しもありません。",
] as const;

/** Said when the simulated cloud's providers stand in for the real ones in a plan. */
export function standIn(reason: string): readonly string[] {
  return [
    `The real provider plugins are not used (${reason}).`,
    "The sandbox's providers stand in: names and kinds of arguments are checked, what only the real ones know is not.",
    "本物のプロバイダーの代わりに模擬プロバイダーを使います（引数の名前と型だけを検査します）。",
  ];
}

/** To standard error, where it does not mix with what a command is piped for. */
export function announce(lines: readonly string[]): void {
  process.stderr.write(`${lines.map((line) => `| ${line}`).join("\n")}\n\n`);
}
