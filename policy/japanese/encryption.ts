import type { GroupTexts } from "./text";

export const encryption: GroupTexts = {
  "backup-vault-key": {
    description: "AWS Backupのボールトは、リージョンごとに別の自前の鍵で暗号化されています。",
    mend: "そのリージョンのバックアップ用の鍵をボールトに渡します(components/data/backups.ts)。",
  },
  "cloudfront-origin-tls": {
    description: "CloudFrontからロードバランサーへの通信はTLS 1.2だけです。",
    mend: 'originProtocolPolicy: "https-only" と、originSslProtocolsにTLSv1.2を設定します(components/edge)。',
  },
  "cloudfront-viewer-tls": {
    description: "訪問者からCloudFrontへの通信はTLS 1.2以上だけです。",
    mend: "minimumProtocolVersionとviewerProtocolPolicyを設定します(components/edge/distribution.ts)。",
  },
  "dynamodb-encrypted": {
    description: "DynamoDBテーブルは、読む側にも権限が要る鍵で暗号化されています。",
    mend: "serverSideEncryptionにenabled: trueと鍵を設定します(components/compute/release-gate.ts)。",
  },
  "dynamodb-key": {
    description: "DynamoDBテーブルは自前の鍵で暗号化されています。",
    mend: "serverSideEncryption.kmsKeyArnにデータ用の鍵を設定します(components/foundation/keys.ts)。",
  },
  "ecr-key": {
    description: "イメージのリポジトリは自前の鍵で暗号化されています。",
    mend: "encryptionConfigurationsにイメージ用の鍵を設定します(components/compute/images.ts)。変えるとリポジトリは置換されます。",
  },
  "ecs-exec-encrypted": {
    description: "コンテナに入るセッションは自前の鍵で暗号化されます。",
    mend: "configuration.executeCommandConfiguration.kmsKeyIdを設定します(components/compute/cluster.ts)。",
  },
  "elasticache-encrypted": {
    description: "Redisは保管時に暗号化されています。",
    mend: "atRestEncryptionEnabled: trueを設定します(components/data/redis-group.ts)。AWSでは後から変えられず、グループは置換されます。",
  },
  "elasticache-key": {
    description: "Redisの保管時の暗号化には自前の鍵を使っています。",
    mend: "kmsKeyIdにデータ用の鍵を設定します(components/data/redis-group.ts)。変えるとグループは置換されます。",
  },
  "elasticache-tls-required": {
    description: "RedisはTLSのない接続を拒否します。",
    mend: 'transitEncryptionEnabled: trueとtransitEncryptionMode: "required" を設定します(components/data)。',
  },
  "elasticache-users": {
    description: "Redisは接続元のユーザーを認証し、パスワードはプログラムのどこにもありません。",
    mend: "authTokenではなくuserGroupIdsを設定します(components/data)。パスワードは `operations secrets set` で設定します。",
  },
  "kms-key-rotates": {
    description: "鍵の実体は毎年新しくなります。",
    mend: "enableKeyRotation: trueを設定します(components/foundation/keys.ts)。",
  },
  "lambda-environment-key": {
    description: "関数の環境変数は自前の鍵で暗号化されています。",
    mend: "関数にkmsKeyArnを設定します。",
  },
  "lb-listener-tls": {
    description: "ロードバランサーが受け付けるのはTLS 1.2以上だけです。",
    mend: "プロトコルをHTTPSに、ポリシーをELBSecurityPolicy-TLS13-1-2系にします(components/compute/load-balancer.ts)。",
  },
  "log-group-key": {
    description: "ロググループは自前の鍵で暗号化されています。",
    mend: "kmsKeyIdにログ用の鍵(us-east-1ではグローバル用の鍵)を設定します(components/foundation/keys.ts)。",
  },
  "rds-cluster-encrypted": {
    description: "Auroraクラスターは保管時に暗号化されています。",
    mend: "storageEncrypted: trueを設定します(components/data/database.ts)。AWSでは後から変えられず、クラスターは置換されます。",
  },
  "rds-cluster-key": {
    description: "Auroraのデータ、マスターユーザーのシークレット、性能データは自前の鍵で暗号化されています。",
    mend: "components/foundation/keys.tsの鍵をクラスターに渡します(components/data/database.ts)。",
  },
  "rds-master-password-managed": {
    description: "Auroraのマスターパスワードは、AWSが生成して更新し、プログラムを通りません。",
    mend: "manageMasterUserPassword: trueを設定し、パスワードは書きません(components/data/database.ts)。",
  },
  "rds-tls-required": {
    description: "AuroraはTLSのない接続を拒否します。",
    mend: "クラスターが使うパラメーターグループで、require_secure_transportをONにします(components/data)。",
  },
  "s3-bucket-encrypted": {
    description:
      "バケットはKMSで暗号化されています。KMSの鍵を使えないロードバランサーのログ用だけは、S3自身の鍵を使います。",
    mend: "PrivateBucketで作り、ストレージ用の鍵を渡します(components/foundation/private-bucket.ts)。",
  },
  "s3-bucket-key": {
    description: "バケットは自前の鍵で暗号化されています(鍵を使えないロードバランサーのログ用を除く)。",
    mend: "PrivateBucketで作り、ストレージ用の鍵を渡します。",
  },
  "s3-bucket-tls-only": {
    description: "バケットはTLSのないリクエストを拒否します。",
    mend: "PrivateBucketで作ります。そのポリシーは、バケットとオブジェクトについてaws:SecureTransport = falseを拒否します。",
  },
  "secret-key": {
    description: "シークレットは自前の鍵で暗号化されています。",
    mend: "kmsKeyIdにシークレット用の鍵を設定します(components/foundation/secrets.ts)。",
  },
  "sns-tls-only": {
    description: "トピックはTLSのない発行を拒否します。",
    mend: "aws:SecureTransportがfalseのsns:Publishを拒否するTopicPolicyを付けます(components/monitoring/topics.ts)。",
  },
  "sns-topic-key": {
    description: "トピックは、アラームも使える自前の鍵で暗号化されています。",
    mend: "kmsMasterKeyIdに、トピックのリージョンの通知用の鍵を設定します(components/foundation/keys.ts)。alias/aws/snsではCloudWatchが発行できません。",
  },
};
