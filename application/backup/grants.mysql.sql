-- What the dump's user may do, and nothing else: it reads, and it locks nothing (Aurora gives nobody RELOAD).
-- Run as the cluster's master user. The password is not here: `operations secrets set database-dump` gives it.
CREATE USER IF NOT EXISTS 'affiliate_dump'@'%' IDENTIFIED BY RANDOM PASSWORD REQUIRE SSL;
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `affiliate`.* TO 'affiliate_dump'@'%';
-- Routines' bodies (MySQL 8.0.20 and newer).
GRANT SHOW_ROUTINE ON *.* TO 'affiliate_dump'@'%';
-- Where a dump is restored to be verified (`operations backup verify`): a database that only clones have.
GRANT ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE VIEW, DELETE, DROP, EVENT, EXECUTE, INDEX, INSERT, REFERENCES,
  SELECT, SHOW VIEW, TRIGGER, UPDATE ON `affiliate_scratch`.* TO 'affiliate_dump'@'%';
