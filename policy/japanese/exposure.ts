import type { GroupTexts } from "./text";

export const exposure: GroupTexts = {
  "cloudfront-sessions-uncached": {
    description: "セッションを含みうる応答はキャッシュされず、他人のページが見えることはありません。",
    mend: "ビヘイビアにキャッシュポリシーCachingDisabledを付けます。キャッシュしてよいのはファイル用(GET、HEAD、OPTIONS)だけです(components/edge)。",
  },
  "cloudfront-web-acl": {
    description: "CloudFrontの前にはウェブACLがあります。",
    mend: "webAclIdにACLのARNを設定します(components/edge/distribution.ts)。",
  },
  "data-subnets-isolated": {
    description:
      "データ層のサブネットからインターネットへの経路はなく、パブリックIPを与えるのはパブリックサブネットだけです。",
    mend: "データ層のサブネットの種類をIsolatedのままにします(components/network/network.ts)。",
  },
  "default-security-group-empty": {
    description: "VPCのデフォルトセキュリティグループは何も通しません。",
    mend: "aws.ec2.DefaultSecurityGroupで引き取り、ルールを付けません(components/network/network.ts)。",
  },
  "ecs-exec-off": {
    description: "訪問者に応答するコンテナではシェルを開けません。運用者には専用のコンソールタスクがあります。",
    mend: "enableExecuteCommandをfalseのままにし、コンソールタスクを使います。",
  },
  "ecs-no-public-ip": {
    description: "タスクはパブリックIPを持ちません。",
    mend: "networkConfiguration.assignPublicIpをfalseのままにします(components/compute)。",
  },
  "lambda-not-public": {
    description: "関数を呼べるのは名指しされたものだけです。VPCの障害時に働くべきものを除き、関数はVPCの中で動きます。",
    mend: "呼び出すサービスをprincipalに書き、sourceArnかsourceAccountで絞り、関数にvpcConfigを付けます。",
  },
  "lb-http-strict": {
    description: "ロードバランサーは不正なヘッダーを捨て、解釈の分かれるリクエストを通しません。",
    mend: "dropInvalidHeaderFields: trueとdesyncMitigationModeを設定します(components/compute/load-balancer.ts)。",
  },
  "lb-internal": {
    description: "ロードバランサーはパブリックIPを持ちません。訪問者はCloudFrontとWAFを通ります。",
    mend: "internal: trueを設定します(components/compute/load-balancer.ts)。変えるとロードバランサーは置換されます。",
  },
  "rds-not-public": {
    description: "データベースのインスタンスはパブリックIPを持ちません。",
    mend: "publiclyAccessible: falseを設定します(components/data/database.ts)。",
  },
  "s3-no-acl": {
    description: "バケットにACLはなく、誰が読めるかはバケットポリシーだけで決まります。",
    mend: 'objectOwnership: "BucketOwnerEnforced" のBucketOwnershipControlsを付けます(PrivateBucketが付けます)。',
  },
  "s3-public-access": {
    description: "どのバケットも公開できません。",
    mend: "PrivateBucketで作ります(components/foundation/private-bucket.ts)。",
  },
  "security-group-egress": {
    description: "インターネット全体への通信は、認められたポートにだけ出られます。",
    mend: "出ていく通信のプロトコルとポートを書きます(components/network/traffic.ts)。",
  },
  "security-group-ingress": {
    description: "インターネット全体に開いたものはなく、受け入れる通信はすべてプロトコルとポートを指定しています。",
    mend: "アドレス範囲ではなくセキュリティグループかプレフィックスリストを、1つのポートで許可します(components/network/traffic.ts)。",
  },
  "security-group-no-inline": {
    description: "セキュリティグループはインラインのルールを持ちません。独立したルールと競合するからです。",
    mend: "ルールを通信の表に1行で書きます(components/network/traffic.ts)。",
  },
  "waf-rules": {
    description: "ウェブACLは、アドレスごとのリクエスト数を制限し、AWSの基本ルールグループを実行します。",
    mend: "components/edge/web-acl-rules.tsの表にルールを加えます。",
  },
};
