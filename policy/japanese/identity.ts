import type { GroupTexts } from "./text";

export const identity: GroupTexts = {
  "bucket-policy-narrow": {
    description:
      "バケットポリシーが許すのは名指しされたプリンシパルだけで、サービスはこのアカウントのリソースのためにだけ使えます。",
    mend: "プリンシパルを書き、サービスにはaws:SourceAccountかaws:SourceArnを加えます。",
  },
  "elasticache-user-narrow": {
    description: "Redisのユーザーは無効な状態で作られ、運用者がパスワードを設定するまで誰も入れません。",
    mend: 'アクセス文字列を "off" で始めます(components/data)。`operations secrets set` がユーザーを有効にします。',
  },
  "iam-managed-policies": {
    description: "AWS管理ポリシーは、範囲の狭いサービス用のものだけを使います。",
    mend: "ロールに必要なステートメントを書きます。",
  },
  "iam-no-users": {
    description: "IAMユーザーも長期のアクセスキーもありません。",
    mend: "1時間だけ引き受けるロールを使います。",
  },
  "iam-no-wildcard-action": {
    description: "ロールに許すアクションは名前で書かれ、サービス全体を許すことはありません。",
    mend: "コードが呼ぶアクションを書きます。",
  },
  "iam-no-wildcard-resource": {
    description:
      "ロールに許すリソースはARNで書かれています。すべてを許すのは、AWSがリソースを指定できないアクションだけです。",
    mend: "ARNを書きます。名前は作成前にstack.nameから分かります(config/arn.ts)。",
  },
  "iam-pass-role": {
    description: "サービスにロールを渡せるのは、名指しされたロールを、決まったサービスにだけです。",
    mend: "iam:PassRoleに、ロールのARNと条件iam:PassedToServiceを書きます。",
  },
  "iam-roles-bounded": {
    description:
      "パイプラインがロールを作れる所では、各ロールにもパイプライン自身にも、パイプラインが外せない権限の上限があります。",
    mend: "最初のリソースより前にboundEveryRoleを呼び(index.ts)、パイプラインにはデプロイ用の上限を付けます(config/identity.ts)。",
  },
  "iam-trust-narrow": {
    description: "ロールを引き受けられるのは、名指しされた1つのサービスか、厳密に書かれたIDだけです。",
    mend: "サービスを書きます。OIDCでは、subject全体をStringEqualsで比べます(ワイルドカードは使いません)。",
  },
  "kms-policy-narrow": {
    description: "鍵を使えるのは名指しされたプリンシパルだけで、サービスはこのアカウントのためにだけ使えます。",
    mend: "プリンシパルを書き、アカウントか呼び出し元のARNの条件を加えます(components/foundation/keys.ts)。",
  },
  "sns-policy-narrow": {
    description:
      "トピックに発行できるのは、このアカウントのための名指しされたサービスだけで、外部からは誰も使えません。",
    mend: "サービスを書き、このトピックへのsns:Publishだけを許し、aws:SourceAccountで絞ります(components/monitoring/topics.ts)。",
  },
};
