// Every rule of the pack, by group.
import type { Rule } from "../framework/rule";
import { backupVaultKey } from "./encryption/backup-vault-key";
import { cloudfrontOriginTls } from "./encryption/cloudfront-origin-tls";
import { cloudfrontViewerTls } from "./encryption/cloudfront-viewer-tls";
import { dynamodbEncrypted } from "./encryption/dynamodb-encrypted";
import { dynamodbKey } from "./encryption/dynamodb-key";
import { ecrKey } from "./encryption/ecr-key";
import { ecsExecEncrypted } from "./encryption/ecs-exec-encrypted";
import { elasticacheEncrypted } from "./encryption/elasticache-encrypted";
import { elasticacheKey } from "./encryption/elasticache-key";
import { elasticacheTlsRequired } from "./encryption/elasticache-tls-required";
import { elasticacheUsers } from "./encryption/elasticache-users";
import { kmsKeyRotates } from "./encryption/kms-key-rotates";
import { lambdaEnvironmentKey } from "./encryption/lambda-environment-key";
import { lbListenerTls } from "./encryption/lb-listener-tls";
import { logGroupKey } from "./encryption/log-group-key";
import { rdsClusterEncrypted } from "./encryption/rds-cluster-encrypted";
import { rdsClusterKey } from "./encryption/rds-cluster-key";
import { rdsMasterPasswordManaged } from "./encryption/rds-master-password-managed";
import { rdsTlsRequired } from "./encryption/rds-tls-required";
import { s3BucketEncrypted } from "./encryption/s3-bucket-encrypted";
import { s3BucketKey } from "./encryption/s3-bucket-key";
import { s3BucketTlsOnly } from "./encryption/s3-bucket-tls-only";
import { secretKey } from "./encryption/secret-key";
import { snsTlsOnly } from "./encryption/sns-tls-only";
import { snsTopicKey } from "./encryption/sns-topic-key";
import { backupCopiedAway } from "./backup/backup-copied-away";
import { backupPlanCovers } from "./backup/backup-plan-covers";
import { backupRestoreTested } from "./backup/backup-restore-tested";
import { backupRetention } from "./backup/backup-retention";
import { backupVaultLocked } from "./backup/backup-vault-locked";
import { dynamodbBackups } from "./backup/dynamodb-backups";
import { dynamodbDeletionProtection } from "./backup/dynamodb-deletion-protection";
import { elasticacheFinalSnapshot } from "./backup/elasticache-final-snapshot";
import { elasticacheSnapshots } from "./backup/elasticache-snapshots";
import { kmsDeletionWindow } from "./backup/kms-deletion-window";
import { logGroupRetention } from "./backup/log-group-retention";
import { rdsBackupsKept } from "./backup/rds-backups-kept";
import { rdsClusterRetention } from "./backup/rds-cluster-retention";
import { rdsDeletionProtection } from "./backup/rds-deletion-protection";
import { rdsFinalSnapshot } from "./backup/rds-final-snapshot";
import { rdsSnapshotTags } from "./backup/rds-snapshot-tags";
import { s3Lifecycle } from "./backup/s3-lifecycle";
import { s3NotEmptied } from "./backup/s3-not-emptied";
import { s3UploadsCopied } from "./backup/s3-uploads-copied";
import { s3Versioning } from "./backup/s3-versioning";
import { secretCopied } from "./backup/secret-copied";
import { secretRecoveryWindow } from "./backup/secret-recovery-window";
import { statefulProtected } from "./backup/stateful-protected";
import { taskDefinitionKept } from "./backup/task-definition-kept";
import { auroraFailoverTarget } from "./resilience/aurora-failover-target";
import { auroraOverZones } from "./resilience/aurora-over-zones";
import { auroraVersionSupported } from "./resilience/aurora-version-supported";
import { cloudfrontReachable } from "./resilience/cloudfront-reachable";
import { ecsDeploymentGuarded } from "./resilience/ecs-deployment-guarded";
import { ecsServiceRedundant } from "./resilience/ecs-service-redundant";
import { elasticacheMultiAz } from "./resilience/elasticache-multi-az";
import { lbDeletionProtection } from "./resilience/lb-deletion-protection";
import { natPerZone } from "./resilience/nat-per-zone";
import { networkOverZones } from "./resilience/network-over-zones";
import { cloudfrontSessionsUncached } from "./exposure/cloudfront-sessions-uncached";
import { cloudfrontWebAcl } from "./exposure/cloudfront-web-acl";
import { dataSubnetsIsolated } from "./exposure/data-subnets-isolated";
import { defaultSecurityGroupEmpty } from "./exposure/default-security-group-empty";
import { ecsExecOff } from "./exposure/ecs-exec-off";
import { ecsNoPublicIp } from "./exposure/ecs-no-public-ip";
import { lambdaNotPublic } from "./exposure/lambda-not-public";
import { lbHttpStrict } from "./exposure/lb-http-strict";
import { lbInternal } from "./exposure/lb-internal";
import { rdsNotPublic } from "./exposure/rds-not-public";
import { s3NoAcl } from "./exposure/s3-no-acl";
import { s3PublicAccess } from "./exposure/s3-public-access";
import { securityGroupEgress } from "./exposure/security-group-egress";
import { securityGroupIngress } from "./exposure/security-group-ingress";
import { securityGroupNoInline } from "./exposure/security-group-no-inline";
import { wafRules } from "./exposure/waf-rules";
import { cloudfrontLogging } from "./logging/cloudfront-logging";
import { ecsContainerInsights } from "./logging/ecs-container-insights";
import { ecsExecLogging } from "./logging/ecs-exec-logging";
import { elasticacheLogs } from "./logging/elasticache-logs";
import { lbAccessLogs } from "./logging/lb-access-logs";
import { rdsInsights } from "./logging/rds-insights";
import { rdsLogExports } from "./logging/rds-log-exports";
import { rdsLogsNotEmpty } from "./logging/rds-logs-not-empty";
import { s3AccessLogging } from "./logging/s3-access-logging";
import { vpcFlowLogs } from "./logging/vpc-flow-logs";
import { wafLogging } from "./logging/waf-logging";
import { alarmActions } from "./monitoring/alarm-actions";
import { alarmCoverage } from "./monitoring/alarm-coverage";
import { alarmHeard } from "./monitoring/alarm-heard";
import { bucketPolicyNarrow } from "./identity/bucket-policy-narrow";
import { elasticacheUserNarrow } from "./identity/elasticache-user-narrow";
import { iamManagedPolicies } from "./identity/iam-managed-policies";
import { iamNoUsers } from "./identity/iam-no-users";
import { iamNoWildcardAction } from "./identity/iam-no-wildcard-action";
import { iamNoWildcardResource } from "./identity/iam-no-wildcard-resource";
import { iamPassRole } from "./identity/iam-pass-role";
import { iamRolesBounded } from "./identity/iam-roles-bounded";
import { iamTrustNarrow } from "./identity/iam-trust-narrow";
import { kmsPolicyNarrow } from "./identity/kms-policy-narrow";
import { snsPolicyNarrow } from "./identity/sns-policy-narrow";
import { containerImageFixed } from "./containers/container-image-fixed";
import { containerLogs } from "./containers/container-logs";
import { containerNoPlainSecret } from "./containers/container-no-plain-secret";
import { containerReadOnly } from "./containers/container-read-only";
import { containerUnprivileged } from "./containers/container-unprivileged";
import { ecrImmutable } from "./containers/ecr-immutable";
import { ecsNetworkMode } from "./containers/ecs-network-mode";
import { lambdaRuntimeSupported } from "./containers/lambda-runtime-supported";
import { ecrLifecycle } from "./cost/ecr-lifecycle";
import { resourceTags } from "./cost/resource-tags";

export const rules: readonly Rule[] = [
  backupVaultKey,
  cloudfrontOriginTls,
  cloudfrontViewerTls,
  dynamodbEncrypted,
  dynamodbKey,
  ecrKey,
  ecsExecEncrypted,
  elasticacheEncrypted,
  elasticacheKey,
  elasticacheTlsRequired,
  elasticacheUsers,
  kmsKeyRotates,
  lambdaEnvironmentKey,
  lbListenerTls,
  logGroupKey,
  rdsClusterEncrypted,
  rdsClusterKey,
  rdsMasterPasswordManaged,
  rdsTlsRequired,
  s3BucketEncrypted,
  s3BucketKey,
  s3BucketTlsOnly,
  secretKey,
  snsTlsOnly,
  snsTopicKey,
  backupCopiedAway,
  backupPlanCovers,
  backupRestoreTested,
  backupRetention,
  backupVaultLocked,
  dynamodbBackups,
  dynamodbDeletionProtection,
  elasticacheFinalSnapshot,
  elasticacheSnapshots,
  kmsDeletionWindow,
  logGroupRetention,
  rdsBackupsKept,
  rdsClusterRetention,
  rdsDeletionProtection,
  rdsFinalSnapshot,
  rdsSnapshotTags,
  s3Lifecycle,
  s3NotEmptied,
  s3UploadsCopied,
  s3Versioning,
  secretCopied,
  secretRecoveryWindow,
  statefulProtected,
  taskDefinitionKept,
  auroraFailoverTarget,
  auroraOverZones,
  auroraVersionSupported,
  cloudfrontReachable,
  ecsDeploymentGuarded,
  ecsServiceRedundant,
  elasticacheMultiAz,
  lbDeletionProtection,
  natPerZone,
  networkOverZones,
  cloudfrontSessionsUncached,
  cloudfrontWebAcl,
  dataSubnetsIsolated,
  defaultSecurityGroupEmpty,
  ecsExecOff,
  ecsNoPublicIp,
  lambdaNotPublic,
  lbHttpStrict,
  lbInternal,
  rdsNotPublic,
  s3NoAcl,
  s3PublicAccess,
  securityGroupEgress,
  securityGroupIngress,
  securityGroupNoInline,
  wafRules,
  cloudfrontLogging,
  ecsContainerInsights,
  ecsExecLogging,
  elasticacheLogs,
  lbAccessLogs,
  rdsInsights,
  rdsLogExports,
  rdsLogsNotEmpty,
  s3AccessLogging,
  vpcFlowLogs,
  wafLogging,
  alarmActions,
  alarmCoverage,
  alarmHeard,
  bucketPolicyNarrow,
  elasticacheUserNarrow,
  iamManagedPolicies,
  iamNoUsers,
  iamNoWildcardAction,
  iamNoWildcardResource,
  iamPassRole,
  iamRolesBounded,
  iamTrustNarrow,
  kmsPolicyNarrow,
  snsPolicyNarrow,
  containerImageFixed,
  containerLogs,
  containerNoPlainSecret,
  containerReadOnly,
  containerUnprivileged,
  ecrImmutable,
  ecsNetworkMode,
  lambdaRuntimeSupported,
  ecrLifecycle,
  resourceTags,
];
