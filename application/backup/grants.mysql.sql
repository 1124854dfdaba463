-- What the dump's user may do, and nothing else: it reads, and it locks nothing (Aurora gives nobody RELOAD).
-- Run as the cluster's master user. The password is not here: `operations secrets set database-dump` gives it.
CREATE USER IF NOT EXISTS 'affiliate_dump'@'%' IDENTIFIED BY RANDOM PASSWORD REQUIRE SSL;
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `affiliate`.* TO 'affiliate_dump'@'%';
-- Routines' bodies (MySQL 8.0.20 and newer).
GRANT SHOW_ROUTINE ON *.* TO 'affiliate_dump'@'%';
