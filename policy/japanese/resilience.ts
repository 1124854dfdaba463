import type { GroupTexts } from "./text";

export const resilience: GroupTexts = {
  "aurora-failover-target": {
    description: "ライターが落ちると、同じクラスのインスタンスが引き継ぎます。",
    mend: "もう1台を、ライターと同じクラス、最小のpromotionTierにします(スタックファイルの `affiliate:database.instances`)。",
  },
  "aurora-over-zones": {
    description: "Auroraクラスターのインスタンスは複数のゾーンにあります。",
    mend: "インスタンスを置くゾーンを増やします(スタックファイルの `affiliate:database.instances` と `affiliate:network.zones`)。",
  },
  "aurora-version-supported": {
    description: "Auroraは標準サポート中のバージョンで動き、そこにとどまります。",
    mend: "`affiliate:database.engineVersion` をLTS系のバージョンにします(docs/decisions/0007-aurora-lts.md)。",
  },
  "cloudfront-reachable": {
    description: "CloudFrontはIPv6とHTTP/3でも応答します。",
    mend: 'isIpv6Enabled: trueとhttpVersion: "http2and3" を設定します(components/edge/distribution.ts)。',
  },
  "ecs-deployment-guarded": {
    description:
      "失敗したデプロイは自動で戻ります。サーキットブレーカーに加え、ブルー/グリーンではアラームと、タスクの起動前と通信の切り替え前のフックが守ります。",
    mend: "deploymentCircuitBreakerを、ブルー/グリーンのサービスにはアラームとリリースゲートのフックも設定し、どちらもenableとrollbackを付けます(components/compute)。",
  },
  "ecs-service-redundant": {
    description:
      "サービスのタスクは十分な数が複数のゾーンに分かれ、デプロイ中も減りません。1つだけ動かすものには印があります。",
    mend: "スタックファイルのminTasksを増やすか、2つ目のタスクを動かしてはならないサービスにタグSingleton = trueを付けます。",
  },
  "elasticache-multi-az": {
    description: "Redisは複数のゾーンにあり、自動でフェイルオーバーします。",
    mend: "multiAzEnabledとautomaticFailoverEnabledを設定し、ノードを増やします(スタックファイルの `affiliate:redis`)。",
  },
  "lb-deletion-protection": {
    description: "AWSがロードバランサーの削除を拒否します。",
    mend: "スタックファイルで `affiliate:protect: true` を設定します。",
  },
  "nat-per-zone": {
    description: "1つのゾーンを失っても、ほかのゾーンからインターネットに出られます。",
    mend: "スタックファイルで `affiliate:network.natGateways: OnePerAz` を設定します。",
  },
  "network-over-zones": {
    description: "サブネットは種類ごとに複数のゾーンにあります。",
    mend: "ゾーンと、それぞれのアドレス範囲を加えます(スタックファイルの `affiliate:network`)。",
  },
};
