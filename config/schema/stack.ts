import { block, flag, help, integer, list, oneOf, oneOfNumbers, text } from "./fields";
import { z } from "zod";

export const ACCOUNT_ID = /^\d{12}$/;
const HOSTNAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const hostname = (example: string) =>
  text(HOSTNAME, "a host name in lower-case letters, without a dot at its end", example);

export const environment = oneOf(["production", "staging", "recovery"]);

/** Source: AWS account management, "account ID". */
export const accountId = text(ACCOUNT_ID, "twelve digits in quotes: a number would lose a leading 0", "123456789012");

/**
 * Stateful resources carry `protect`, `retainOnDelete` and AWS's own deletion protection.
 * @default true
 */
export const protect = flag(true).default(true);

export const domain = block({
  /** The delegated Route 53 zone that `npm run bootstrap` made; the program only adds records to it. */
  zoneName: hostname("affiliate-system.com"),
  zoneId: text(
    /^Z[A-Z0-9]{5,31}$/,
    "a Route 53 hosted zone id: Z and capital letters or digits",
    "Z0123456789EXAMPLE12",
  ),
  /** Names that visitors use, on CloudFront. The first is canonical: links and mails carry it. */
  hostnames: list(hostname("api.affiliate-system.com"), {
    min: 1,
    // ACM's default quota is ten names in a certificate; the regional one also holds originHostname.
    max: 9,
    of: "host names",
    example: ["www.affiliate-system.com", "api.affiliate-system.com"],
  }),
  /**
   * Another stack's names that this one stands by for: its certificates hold them already, so that CloudFront lets them
   * come here on the day (docs/recovery.md).
   * @default none
   */
  standbyFor: list(hostname("www.affiliate-system.com"), {
    max: 6,
    of: "host names of another stack",
    example: ["www.affiliate-system.com"],
  }).optional(),
  /** Name that CloudFront connects to, on the load balancer's certificate. Visitors never see it. */
  originHostname: hostname("origin.affiliate-system.com"),
});

/** Days CloudWatch Logs can keep events. Source: CloudWatch Logs PutRetentionPolicy. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
export const logRetentionDays = (example: number) =>
  oneOfNumbers(LOG_RETENTION_DAYS, "days CloudWatch Logs can keep events", example);

export const logs = block({
  /** Days that log groups of tasks, functions, database and firewall keep events. */
  retentionDays: logRetentionDays(90),
  /**
   * Days that the log archive bucket keeps access logs of the load balancer, CloudFront and buckets.
   * @default 365
   */
  archiveDays: integer({ min: 1, max: 3650, unit: "days", example: 365 }).default(365),
});

export const storage = block({
  /**
   * Days an overwritten or deleted object can be brought back.
   * @default 30
   */
  noncurrentVersionDays: integer({ min: 1, max: 3650, unit: "days", example: 30 }).default(30),
  /**
   * Days logical dumps and exported Redis snapshots are kept.
   * @default 30
   */
  backupDays: integer({ min: 1, max: 3650, unit: "days", example: 30 }).default(30),
}).default({ noncurrentVersionDays: 30, backupDays: 30 });

/** Regions the platform can live in: Tokyo, and Osaka for recovery. `config/regions.ts` knows their zones. */
export const REGIONS = ["ap-northeast-1", "ap-northeast-3"] as const;

/** The part of the provider's own settings that the program depends on; the provider reads all of them by itself. */
export const aws = z.looseObject({
  region: oneOf(REGIONS, "Tokyo, Osaka"),
  /** The guard against running a stack against the wrong account. */
  allowedAccountIds: list(accountId, { min: 1, max: 10, of: "account ids", example: ["123456789012"] }).optional(),
  /** Set only by `npm run plan`, which plans without credentials. */
  skipRequestingAccountId: flag(true).optional(),
  /** Tags on everything that takes tags. */
  defaultTags: block({
    tags: z
      .record(
        z.string(),
        text(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u, "up to 256 letters, digits, spaces or _.:/=+-@", "affiliate"),
      )
      .register(help, { allowed: "a map of tag names to texts", example: { Project: "affiliate" } }),
  }).optional(),
});
