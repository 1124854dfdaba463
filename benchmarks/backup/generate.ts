import type { MariaDbServer } from "../../tests/backup/mariadb-server";

export const DATABASE = "affiliate";

/** Rows per MiB of rows, measured: 2,700,000 clicks, 1,300,000 conversions and 100,000 publishers are 1,040 MiB. */
const PER_MIB = { clicks: 2600, conversions: 1250, publishers: 97 };

/**
 * An affiliate system's three big tables, with the indexes that its queries need. Indexes come after the rows, since how
 * long it takes to make the source is not measured. Returns the size in words.
 */
export async function generate(server: MariaDbServer, mib: number): Promise<string> {
  const clicks = PER_MIB.clicks * mib;
  const conversions = PER_MIB.conversions * mib;
  const publishers = PER_MIB.publishers * mib;
  await server.sql(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`, "");
  await server.sql(
    `
    SET unique_checks = 0, foreign_key_checks = 0;
    CREATE TABLE publishers (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, email VARCHAR(191) NOT NULL, name VARCHAR(191) NOT NULL,
      created_at DATETIME NOT NULL, UNIQUE KEY publishers_email (email));
    INSERT INTO publishers
      SELECT seq, CONCAT(MD5(seq), '@example.jp'), CONCAT('アフィリエイト', seq), '2025-01-01' + INTERVAL seq MINUTE
      FROM seq_1_to_${publishers};
    CREATE TABLE clicks (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, link_id BIGINT UNSIGNED NOT NULL,
      publisher_id BIGINT UNSIGNED NOT NULL, uid CHAR(36) CHARACTER SET ascii NOT NULL, ip VARBINARY(16) NOT NULL,
      agent VARCHAR(255) NOT NULL, referer VARCHAR(255) NULL, at DATETIME(3) NOT NULL);
    INSERT INTO clicks
      SELECT seq, seq * 7919 % 50021, seq * 104729 % ${publishers} + 1,
        CONCAT(LEFT(MD5(seq), 8), '-', RIGHT(MD5(seq * 3), 27)), UNHEX(LPAD(HEX(seq * 2654435761 % 4294967296), 8, '0')),
        CONCAT('Mozilla/5.0 (iPhone; CPU iPhone OS ', seq % 18, '_', seq % 7, ' like Mac OS X) AppleWebKit/605.1.15 ',
          '(KHTML, like Gecko) Version/', seq % 18, '.0 Mobile/15E148 Safari/604.1'),
        IF(seq % 3, CONCAT('https://blog', seq % 5003, '.example.jp/', SHA1(seq % 70001)), NULL),
        '2026-01-01' + INTERVAL seq * 7 SECOND
      FROM seq_1_to_${clicks};
    ALTER TABLE clicks ADD UNIQUE KEY clicks_uid (uid), ADD KEY clicks_link (link_id, at),
      ADD KEY clicks_publisher (publisher_id, at), ADD KEY clicks_at (at);
    CREATE TABLE conversions (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, click_id BIGINT UNSIGNED NOT NULL,
      publisher_id BIGINT UNSIGNED NOT NULL, order_no VARCHAR(64) NOT NULL, amount DECIMAL(12,2) NOT NULL,
      reward DECIMAL(12,2) NOT NULL, status ENUM('pending','approved','rejected') NOT NULL, detail JSON NULL,
      at DATETIME NOT NULL);
    INSERT INTO conversions
      SELECT seq, seq * 3 % ${clicks} + 1, seq * 104729 % ${publishers} + 1, CONCAT('ORD-', UPPER(SHA1(seq))),
        ROUND(seq % 1000000 / 7, 2), ROUND(seq % 1000000 / 70, 2), ELT(seq % 3 + 1, 'pending', 'approved', 'rejected'),
        JSON_OBJECT('sku', MD5(seq % 5000), 'qty', seq % 5, 'note', CONCAT('商品', seq % 999, ' 🌸')),
        '2026-01-01' + INTERVAL seq * 11 SECOND
      FROM seq_1_to_${conversions};
    ALTER TABLE conversions ADD UNIQUE KEY conversions_order (order_no), ADD KEY conversions_click (click_id),
      ADD KEY conversions_publisher (publisher_id, status, at),
      ADD CONSTRAINT conversions_of_click FOREIGN KEY (click_id) REFERENCES clicks (id),
      ADD CONSTRAINT conversions_of_publisher FOREIGN KEY (publisher_id) REFERENCES publishers (id);
    ANALYZE TABLE publishers, clicks, conversions;`,
    DATABASE,
  );
  const size = await server.sql(
    `SELECT CONCAT(SUM(DATA_LENGTH) >> 20, ' MiB + ', SUM(INDEX_LENGTH) >> 20, ' MiB')
     FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${DATABASE}'`,
    "",
  );
  return size.trim();
}
