import type { GroupTexts } from "./text";

export const logging: GroupTexts = {
  "cloudfront-logging": {
    description: "CloudFrontは全リクエストを記録します。",
    mend: "ディストリビューションに、種類がACCESS_LOGSのログ配信元を付けます(components/edge/distribution.ts)。",
  },
  "ecs-container-insights": {
    description: "クラスターはタスクのメトリクスを送ります。",
    mend: 'クラスターの設定containerInsightsを "enhanced" か "enabled" にします(components/compute/cluster.ts)。',
  },
  "ecs-exec-logging": {
    description: "コンテナの中で入力したことは記録されます。",
    mend: 'executeCommandConfigurationにlogging: "OVERRIDE" とロググループを設定します(components/compute/cluster.ts)。',
  },
  "elasticache-logs": {
    description: "RedisはスローログとエンジンログをCloudWatchに送ります。",
    mend: "slow-logとengine-logのlogDeliveryConfigurationsを設定します(components/data)。",
  },
  "lb-access-logs": {
    description: "ロードバランサーは全リクエストを記録します。",
    mend: "accessLogsにログ保管用のバケットとenabled: trueを設定します(components/compute/load-balancer.ts)。",
  },
  "rds-insights": {
    description: "Auroraはクエリが何を待ったかを記録し、ホストを1分ごとに計測します。",
    mend: "クラスターにdatabaseInsightsModeとperformanceInsightsEnabledを、インスタンスにmonitoringIntervalを設定します(components/data)。",
  },
  "rds-log-exports": {
    description: "Auroraは監査ログ、エラーログ、スロークエリログをCloudWatchに送ります。",
    mend: "enabledCloudwatchLogsExportsを設定します(components/data/database.ts)。",
  },
  "rds-logs-not-empty": {
    description: "Auroraが送るログは実際に書かれています。",
    mend: "クラスターパラメーターserver_audit_loggingとslow_query_logを1にします(components/data)。",
  },
  "s3-access-logging": {
    description: "バケットは誰が読み書きしたかを記録します。",
    mend: "アクセスログの送り先をログ保管用のバケットにします(PrivateBucketのaccessLogBucket)。",
  },
  "vpc-flow-logs": {
    description: "VPCは、許可・拒否を問わず、すべての通信を記録します。",
    mend: "VPCに、種類がALLのフローログを付けます(components/network/network.ts)。",
  },
  "waf-logging": {
    description: "ウェブACLは判定を記録します。",
    mend: "ウェブACLにWebAclLoggingConfigurationを付けます(components/edge/web-acl.ts)。",
  },
};
