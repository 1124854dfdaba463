/** Parameter group family of Aurora MySQL 3. Part of the parameter groups' names, see `Database`. */
export const auroraFamily = "aurora-mysql8.0";

export interface AuroraParameter {
  readonly name: string;
  readonly value: string;
  /**
   * `immediate` is for dynamic parameters whose value is not AWS's default. `pending-reboot` is for static ones, and for
   * those whose value may be the default already: AWS lists a default as pending a reboot and cannot change the method
   * alone, so `immediate` would show as a difference in each plan. All are in force from the first start.
   */
  readonly applyMethod: "immediate" | "pending-reboot";
  readonly reason: string;
}

export const DATABASE_CHARSET = "utf8mb4";
/**
 * Case does not count ("A" = "a"), which the application's unique mail addresses rely on; accents do. MySQL's default,
 * `utf8mb4_0900_ai_ci`, takes は, ば and ぱ for one letter: パパ and ハハ could not both be in a unique column. Only what is
 * created without a collation of its own has it: Laravel's tables have that of its connection (`DB_COLLATION`).
 */
export const DATABASE_COLLATION = "utf8mb4_0900_as_ci";

export interface AuroraParameterSettings {
  /** Statements that take longer are logged, in seconds. */
  readonly slowQuerySeconds: number;
}

/** Of a clone, which nobody may write to, and of a restored copy, whose events would act a second time. */
export const eventsOff: AuroraParameter = {
  name: "event_scheduler",
  value: "OFF",
  // Aurora's default differs by version, and may be this.
  applyMethod: "pending-reboot",
  reason: "the dump is refused when an event writes to its source meanwhile",
};

/**
 * The cluster's parameters: they hold for each instance, those that autoscaling adds among them. What is not here is
 * AWS's default on purpose, notably:
 * - `binlog_format` (OFF): nothing replicates from a binary log, and writing one slows each commit down. A change data
 *   capture, or a blue/green deployment of the database, needs ROW and a reboot.
 * - `time_zone` (UTC): dates are stored in UTC and shown in Tokyo time by Laravel.
 * - `performance_schema`: Database Insights switches it on, and on again after a restart, as long as nobody sets it here.
 */
export function clusterParameters({ slowQuerySeconds }: AuroraParameterSettings): AuroraParameter[] {
  return [
    {
      name: "character_set_server",
      value: DATABASE_CHARSET,
      applyMethod: "pending-reboot",
      reason: "Japanese and emoji in every table, whatever a client asks for",
    },
    {
      name: "collation_server",
      value: DATABASE_COLLATION,
      applyMethod: "pending-reboot",
      reason: "は, ば and ぱ are different letters",
    },
    {
      name: "innodb_print_all_deadlocks",
      value: "1",
      applyMethod: "immediate",
      reason: "each deadlock is in the error log with both statements, not just the last one in a status text",
    },
    {
      name: "local_infile",
      value: "0",
      applyMethod: "immediate",
      reason: "nothing loads files from a client; injected SQL shall not either",
    },
    {
      name: "log_output",
      value: "FILE",
      applyMethod: "pending-reboot",
      reason: "CloudWatch gets the slow query log from files, never from the table mysql.slow_log",
    },
    {
      name: "long_query_time",
      value: String(slowQuerySeconds),
      applyMethod: "immediate",
      reason: "MySQL's 10 seconds is longer than any page may take",
    },
    {
      name: "require_secure_transport",
      value: "ON",
      applyMethod: "immediate",
      reason: "a connection without TLS is refused",
    },
    {
      name: "server_audit_events",
      value: "CONNECT,QUERY_DCL,QUERY_DDL",
      applyMethod: "immediate",
      reason: "who came, who was given rights, what changed the schema; rows stay out of the log",
    },
    {
      name: "server_audit_logging",
      value: "1",
      applyMethod: "immediate",
      reason: "without it the exported audit log stays empty",
    },
    {
      name: "slow_query_log",
      value: "1",
      applyMethod: "immediate",
      reason: "without it the exported slow query log stays empty",
    },
    {
      name: "tls_version",
      value: "TLSv1.2,TLSv1.3",
      applyMethod: "pending-reboot",
      reason: "said rather than left to a default that differs by version",
    },
  ];
}
