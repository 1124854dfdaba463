/**
 * What the logical dump's engine (`application/backup/`), the task that runs it, its alarms and the operator's verbs
 * agree on. The engine is Go and spells these once more; `affiliate-backup contract` prints what it spells, and a test
 * holds the two together (tests/backup/contract.test.ts).
 */
export const dumpMetrics = {
  namespace: "Affiliate/Backup",
  /** The stack's environment, from the engine's `ENVIRONMENT`. */
  dimension: "Environment",
  names: {
    /** 1 at the end of a dump whose manifest is written, 0 at the end of one that failed; nothing when none ran. */
    succeeded: "DumpSucceeded",
    /** Compressed bytes in S3. */
    bytes: "DumpBytes",
    seconds: "DumpSeconds",
  },
} as const;

/**
 * Environment variables of the engine's container. The two of the secret (`database-dump`) are filled by ECS; neither
 * can be given on the command line.
 */
export const dumpVariables = {
  environment: "ENVIRONMENT",
  host: "DB_HOST",
  port: "DB_PORT",
  database: "DB_DATABASE",
  username: "DB_USERNAME",
  password: "DB_PASSWORD",
  /** Path of the certificate authorities that the server is verified against; the image sets it to RDS's. */
  certificateAuthorities: "DB_TLS_CA",
  bucket: "BACKUP_BUCKET",
  /** When the clone was made, in RFC 3339: the moment that the dump shows. */
  cloneTime: "CLONE_TIME",
  /** Name of the dump, so that a second task goes on with what the first one left. Letters, digits, `.`, `_`, `-`. */
  id: "DUMP_ID",
} as const;

/** First folder of the keys: `database/YYYY/MM/DD/<id>/…` (UTC). The last object written is `manifest.json`. */
export const dumpPrefix = "database";

/** The database that a dump is restored into to verify it; on a clone, and never on the cluster in use. */
export const scratchDatabase = "affiliate_scratch";

/** Exit codes of the engine. */
export const dumpExitCodes = {
  done: 0,
  /** Something outside failed (database, S3, network): a further try may go on where this one ended. */
  failed: 1,
  /** Wrong arguments or settings. */
  usage: 2,
  /** Nothing was touched: the target is not empty, the source was written to, another dump was begun there. */
  refused: 3,
  /** The copy is not what its manifest says, or what was restored is not: do not use it. */
  damaged: 4,
} as const;
