-- What a dump can lose. Each table has something that another tool's dump has lost before.
CREATE DATABASE source CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE source;
SET NAMES utf8mb4;
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE users (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email VARCHAR(191) NOT NULL,
  nickname VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  initial CHAR(1) GENERATED ALWAYS AS (LEFT(email, 1)) VIRTUAL,
  shout VARCHAR(191) GENERATED ALWAYS AS (UPPER(email)) STORED,
  UNIQUE KEY users_email (email),
  KEY users_initial (initial),
  KEY users_both (nickname(10), email)
) AUTO_INCREMENT = 5000;
INSERT INTO users (id, email, nickname) VALUES
  (0, 'zero@example.jp', NULL), (1, 'hana@example.jp', 'はな🌸👩‍👩‍👧‍👦'), (2, 'tab@example.jp', 'a\tb\nc\\d\'e\"f\0g\Z\rh\\N'),
  (3, 'empty@example.jp', ''), (18446744073709551614, 'max@example.jp', '\\N'), (4, 'N@example.jp', 'NULL');
CREATE TABLE conversions (
  user_id BIGINT UNSIGNED NOT NULL,
  at DATETIME(6) NOT NULL,
  reward DECIMAL(65,30) NOT NULL,
  CONSTRAINT conversions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  PRIMARY KEY (user_id, at),
  KEY conversions_at (at DESC)
);
INSERT INTO conversions VALUES (1, '2026-11-27 12:34:56.123456', 12345678901234567890123456789012345.123456789012345678901234567890),
  (2, '0000-00-00 00:00:00', -0.000000000000000000000000000001);
-- Points at a table that comes after it by name, and at itself.
CREATE TABLE a_child (
  id INT NOT NULL AUTO_INCREMENT, parent INT NULL, user_email VARCHAR(191) NULL,
  PRIMARY KEY (id), KEY a_child_parent (parent), KEY a_child_email (user_email),
  CONSTRAINT a_child_self FOREIGN KEY (parent) REFERENCES a_child (id) ON DELETE SET NULL,
  CONSTRAINT a_child_user FOREIGN KEY (user_email) REFERENCES users (email)
);
SET foreign_key_checks = 0;
INSERT INTO a_child VALUES (1, 2, 'hana@example.jp'), (2, 1, NULL), (-5, NULL, NULL);
SET foreign_key_checks = 1;
CREATE TABLE `odd ``name`` 表` (`select` INT NOT NULL PRIMARY KEY, `col``umn` TEXT COMMENT 'KEY `x` (`y`),
second line', UNIQUE KEY `k``ey` (`select`));
INSERT INTO `odd ``name`` 表` VALUES (1, 'x');
CREATE TABLE numbers (
  id INT NOT NULL PRIMARY KEY, f FLOAT, f2 FLOAT(9,3), d DOUBLE, b1 BIT(1), b64 BIT(64), t TINYINT UNSIGNED ZEROFILL,
  y YEAR, tm TIME(3), dt DATE, ts TIMESTAMP(6) NULL, e ENUM('','あ','b,c'), s SET('x','y z','é')
);
INSERT INTO numbers VALUES
  (1, 3.1415927, 123456.789, 0.1, b'1', b'1111111100000000000010100000100101011100000000000000000000000001', 7, 2026, '-838:59:59', '2026-02-28', '2026-11-27 00:00:00.000001', 'あ', 'x,é'),
  (2, 1.17549435e-38, -0.001, 1.7976931348623157e308, b'0', 0, 0, 0, '00:00:00', '0000-00-00', NULL, '', ''),
  (3, 16777217, 1, 2.2250738585072014e-308, NULL, NULL, NULL, NULL, NULL, '2026-00-00', '1970-01-01 00:00:01', NULL, NULL);
SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO';
INSERT INTO numbers (id, dt) VALUES (4, '2026-02-31');
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE blobs (
  id VARBINARY(16) NOT NULL PRIMARY KEY, raw LONGBLOB, doc JSON, place POINT, area GEOMETRY, old VARCHAR(20) CHARACTER SET latin1,
  sjis VARCHAR(20) CHARACTER SET sjis, wide VARCHAR(20) CHARACTER SET utf16
);
INSERT INTO blobs VALUES
  (0x00, UNHEX('00010203090A0D1A22275C7F80C0E0F0FFE081'), '{"a": "\\"🍣\\"\\n", "b": [1, null, 1.50]}', ST_GeomFromText('POINT(139.7 35.6)', 4326),
   ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))'), 'café', 'ソ能表', '🍣あ'),
  (0xFF5C, '', NULL, NULL, NULL, '', '', ''), (0x0A09, NULL, 'null', NULL, NULL, NULL, NULL, NULL);
INSERT INTO blobs (id, raw) VALUES (0x10AD, REPEAT(UNHEX('5C0A0900FFE3'), 1747627));
CREATE TABLE nothing (id INT NOT NULL PRIMARY KEY, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
CREATE TABLE no_key (a INT, b VARCHAR(10), KEY no_key_a (a));
INSERT INTO no_key VALUES (1, 'x'), (1, 'x'), (NULL, NULL);
CREATE TABLE auto_second (kind INT NOT NULL, n INT NOT NULL AUTO_INCREMENT, PRIMARY KEY (kind, n), KEY auto_n (n)) ;
INSERT INTO auto_second VALUES (1, 1), (1, 2), (2, 3);
CREATE TABLE words (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, body TEXT, title VARCHAR(50), KEY words_title (title), FULLTEXT KEY words_body (body));
INSERT INTO words (body, title) VALUES ('the quick brown fox', 'fox');
CREATE TABLE audit (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(100));
CREATE TABLE days (day DATE NOT NULL, n INT NOT NULL, PRIMARY KEY (day, n)) PARTITION BY RANGE (TO_DAYS(day)) (
  PARTITION p2025 VALUES LESS THAN (TO_DAYS('2026-01-01')), PARTITION later VALUES LESS THAN MAXVALUE);
INSERT INTO days VALUES ('2025-12-31', 1), ('2026-01-01', 1);
CREATE TABLE codes (code VARCHAR(26) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL PRIMARY KEY, filler VARCHAR(200) NOT NULL);
INSERT INTO codes SELECT CONCAT('Kö', LEFT(MD5(seq), 18), LPAD(seq, 5, '0')), REPEAT('x', 180) FROM seq_1_to_9000;
-- Bytes that do not compress, in two tables of one form: their parts are equally long.
CREATE TABLE twin_a (id INT NOT NULL PRIMARY KEY, body VARBINARY(64) NOT NULL);
INSERT INTO twin_a VALUES (1, UNHEX(SHA2('b', 512)));
CREATE TABLE twin_b LIKE twin_a;
INSERT INTO twin_b VALUES (1, UNHEX(SHA2('e', 512)));
-- Rows of which the first are short and the others too long for many of them to share a statement; NULLs at changing places.
CREATE TABLE mixed (id INT NOT NULL PRIMARY KEY, a INT NULL, b MEDIUMTEXT NULL, c DATETIME NULL);
INSERT INTO mixed SELECT seq, IF(seq % 3, NULL, seq), IF(seq % 5 = 0, NULL, REPEAT(CHAR(65 + seq % 26), IF(seq % 2000, seq % 90, 200000))),
  IF(seq % 7, '2026-01-01', NULL) FROM seq_1_to_12000;
CREATE TABLE clicks (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, link_id INT NOT NULL, at DATETIME NOT NULL, agent VARCHAR(200) NOT NULL, ip VARBINARY(16) NOT NULL,
  KEY clicks_link (link_id, at), KEY clicks_at (at)
);
INSERT INTO clicks SELECT IF(seq < 20000, seq, 7000000000000000000 + seq * 4096), seq % 97, '2026-01-01' + INTERVAL seq SECOND, CONCAT('Mozilla/5.0 ', MD5(seq), REPEAT(' u', seq % 40)), UNHEX(LPAD(HEX(seq), 8, '0'))
  FROM seq_1_to_40000;
DELIMITER //
CREATE FUNCTION shouting(t VARCHAR(191)) RETURNS VARCHAR(191) DETERMINISTIC RETURN UPPER(t) //
SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT' //
CREATE PROCEDURE "greet"(IN who VARCHAR(50)) BEGIN SELECT 'こんにちは ' || who || '; -- 🌸'; END //
SET sql_mode = DEFAULT //
CREATE TRIGGER first_of_two BEFORE INSERT ON nothing FOR EACH ROW SET NEW.id = NEW.id + 1 //
CREATE TRIGGER a_second BEFORE INSERT ON nothing FOR EACH ROW SET NEW.id = NEW.id * 10 //
CREATE TRIGGER audit_users AFTER INSERT ON users FOR EACH ROW BEGIN INSERT INTO audit (what) VALUES (CONCAT('insert ', NEW.email, ' 🌸')); END //
SET time_zone = 'SYSTEM' //
CREATE EVENT purge_clicks ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' ON COMPLETION PRESERVE COMMENT '夜' DO BEGIN DELETE FROM clicks WHERE at < NOW() - INTERVAL 90 DAY; END //
CREATE EVENT off ON SCHEDULE EVERY 1 HOUR DISABLE DO SELECT 1 //
DELIMITER ;
CREATE VIEW z_base AS SELECT u.id, u.email, shouting(u.email) AS loud FROM users u;
CREATE VIEW a_top AS SELECT * FROM z_base WHERE id > 0;
ANALYZE TABLE blobs, clicks, codes, mixed;
