/** The logs that Aurora MySQL hands to CloudWatch: `enabledCloudwatchLogsExports`. */
export const auroraLogTypes = ["audit", "error", "slowquery"] as const;
export type AuroraLogType = (typeof auroraLogTypes)[number];

/** RDS names the log group itself; one that exists already is used as it is. */
export function auroraLogGroupName(clusterIdentifier: string, logType: AuroraLogType): string {
  return `/aws/rds/cluster/${clusterIdentifier}/${logType}`;
}
