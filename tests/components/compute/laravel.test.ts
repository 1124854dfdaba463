import { describe, expect, it } from "vitest";
import { laravelEnvironment, type LaravelFacts, type LaravelParty } from "../../../components/compute/laravel";

const facts: LaravelFacts = {
  environment: "production",
  region: "ap-northeast-1",
  hostname: "api.affiliate-system.com",
  vpcCidr: "10.0.0.0/16",
  databaseWriterHost: "writer.example",
  databaseReaderHost: "reader.example",
  databasePort: 3306,
  databaseName: "affiliate_production",
  sessionsHost: "sessions.example",
  cacheHost: "cache.example",
  redisPort: 6379,
  uploadsBucket: "affiliate-production-uploads-123456789012",
  retryAfterSeconds: 120,
};
const parties: LaravelParty[] = ["web", "worker", "scheduler", "migration", "console"];

describe("laravelEnvironment", () => {
  it.each(parties)("of %s: Redis and MySQL over TLS, errors to stderr, proxies trusted by the VPC's range", (party) => {
    expect(laravelEnvironment(party, facts)).toMatchObject({
      APP_DEBUG: "false",
      APP_ENV: "production",
      LOG_CHANNEL: "stderr",
      REDIS_SCHEME: "tls",
      REDIS_HOST: "sessions.example",
      REDIS_CACHE_HOST: "cache.example",
      MYSQL_ATTR_SSL_CA: "/etc/ssl/certs/rds-global-bundle.pem",
      QUEUE_CONNECTION: "redis",
      SESSION_SECURE_COOKIE: "true",
      TRUSTED_PROXIES: "10.0.0.0/16",
      RELEASE: "unreleased",
    });
  });

  it.each(parties)("of %s: nothing that looks like a secret", (party) => {
    for (const name of Object.keys(laravelEnvironment(party, facts))) {
      expect(name).not.toMatch(/KEY|SECRET|PASSWORD|USERNAME|TOKEN|CREDENTIAL/);
    }
  });

  it("reads from the reader, except in migrations, which a lagging replica would mislead", () => {
    expect(laravelEnvironment("web", facts).DB_READ_HOST).toBe("reader.example");
    expect(laravelEnvironment("migration", facts).DB_READ_HOST).toBe("writer.example");
  });
});
