-- Who waits for a /48 of a pool that had none left: the arrivals grow, and say who is ahead of whom.
CREATE TABLE waiting (
  arrival    INTEGER PRIMARY KEY,
  holder     TEXT NOT NULL,
  pool       TEXT NOT NULL CHECK (length(pool) = 64),  -- SHA-256 of its blocks: ledger/line.h
  since      INTEGER NOT NULL,
  kept_until INTEGER NOT NULL,  -- then the place lapses; its row goes some time after
  UNIQUE (holder, pool)
) STRICT;
CREATE INDEX waiting_by_pool ON waiting (pool, kept_until);
CREATE INDEX waiting_by_lapse ON waiting (kept_until);
