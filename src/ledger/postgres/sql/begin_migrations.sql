-- One program at a time brings the schema up; the others wait here for as long as a migration may take.
BEGIN;
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '60s';
SELECT pg_advisory_xact_lock(3561204919);
CREATE TABLE IF NOT EXISTS schema_migrations (number bigint PRIMARY KEY);
