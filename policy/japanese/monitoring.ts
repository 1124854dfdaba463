import type { GroupTexts } from "./text";

export const monitoring: GroupTexts = {
  "alarm-actions": {
    description: "各アラームは、このプログラムのトピックで誰かに届くか、デプロイを戻します。",
    mend: "alarmActionsにcomponents/monitoring/topics.tsのトピックを設定し、actionsEnabledは書きません。",
  },
  "alarm-coverage": {
    description: "データを持つリソースと各サービスには、見張るアラームがあります。",
    mend: "コンポーネントからメトリクスを出し、components/monitoring/alarms/に1行加えます。",
  },
  "alarm-heard": {
    description: "アラームが発行する各トピックには、受け取る人がいます。",
    mend: "通知先を `affiliate:monitoring.pagers` に書きます(PagerDuty、Slack、メールアドレス)。Slackがなければ警告もメールに届きます。",
  },
};
