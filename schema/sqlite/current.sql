-- Who holds what.  Times are whole Unix seconds, UTC; a /48 is its upper 48 bits as an integer.

-- `number` names a member in events, and still when the person is forgotten: then `holder` is a random text of 64 digits and
-- `sealed_subject` is empty.  `leases_max` is the member's own quota.
CREATE TABLE assignments (
  holder         TEXT PRIMARY KEY CHECK (length(holder) = 64),  -- SHA-256 of the subject, hexadecimal
  sealed_subject BLOB NOT NULL,                                 -- secretbox; nobody is named in clear
  asn            INTEGER NOT NULL UNIQUE CHECK (asn BETWEEN 1 AND 4294967294),
  since          INTEGER NOT NULL,
  number INTEGER NOT NULL DEFAULT 0,
  leases_max INTEGER CHECK (leases_max BETWEEN 0 AND 64),
  suspended_since INTEGER,
  suspended_reason TEXT CHECK ((suspended_reason IS NULL) = (suspended_since IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX assignments_by_number ON assignments (number);

CREATE TABLE leases (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  network     INTEGER NOT NULL CHECK (network BETWEEN 0 AND 281474976710655),
  holder      TEXT NOT NULL REFERENCES assignments (holder),
  begin_time  INTEGER NOT NULL,
  end_time    INTEGER NOT NULL,
  rpki INTEGER NOT NULL DEFAULT 1 CHECK (rpki IN (0, 1)),
  CHECK (begin_time < end_time)
) STRICT;
CREATE UNIQUE INDEX leases_by_network ON leases (network, begin_time);
CREATE INDEX leases_by_holder ON leases (holder, end_time);
CREATE INDEX leases_by_end ON leases (end_time);

-- Two leases of one /48 never overlap, whatever a program believes.
CREATE TRIGGER leases_never_overlap BEFORE INSERT ON leases
WHEN EXISTS (SELECT 1 FROM leases
             WHERE network = NEW.network AND begin_time < NEW.end_time AND end_time > NEW.begin_time)
BEGIN
  SELECT RAISE(ABORT, 'this /48 is already leased in that window');
END;
CREATE TRIGGER leases_never_grow_into_another BEFORE UPDATE ON leases
WHEN EXISTS (SELECT 1 FROM leases
             WHERE network = NEW.network AND id <> NEW.id
               AND begin_time < NEW.end_time AND end_time > NEW.begin_time)
BEGIN
  SELECT RAISE(ABORT, 'this /48 is already leased in that window');
END;

-- Every /48 that was ever leased: since when it is free (or will be), and who had it last.
CREATE TABLE used_prefixes (
  network     INTEGER PRIMARY KEY,
  free_from   INTEGER NOT NULL,
  last_holder TEXT NOT NULL
) STRICT;
CREATE INDEX used_prefixes_by_rest ON used_prefixes (free_from, network);
CREATE INDEX used_prefixes_by_holder ON used_prefixes (last_holder, free_from);

-- Below this network everything in the pool block was leased once: choosing never counts what is already taken.
CREATE TABLE block_cursors (
  first_network INTEGER NOT NULL,
  last_network  INTEGER NOT NULL,
  next_network  INTEGER NOT NULL,
  PRIMARY KEY (first_network, last_network)
) STRICT, WITHOUT ROWID;

-- The same for ASNs: the lowest number of the pool that may still be free.
CREATE TABLE asn_cursors (
  first_asn INTEGER NOT NULL,
  last_asn  INTEGER NOT NULL,
  next_asn  INTEGER NOT NULL,
  PRIMARY KEY (first_asn, last_asn)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_version (
  only    INTEGER PRIMARY KEY CHECK (only = 1),
  version INTEGER NOT NULL
) STRICT;
INSERT INTO ledger_version (only, version) VALUES (1, 0);

-- A known text under the seal key: a ledger opened with another key says so at once.
CREATE TABLE seal_probe (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  box  BLOB NOT NULL
) STRICT;

-- The ids grow; a store that this one was imported from may have left gaps.
CREATE TABLE events (
  id         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  member     INTEGER NOT NULL,  -- assignments.number
  actor      TEXT NOT NULL,
  asn        INTEGER CHECK (asn BETWEEN 1 AND 4294967294),
  network    INTEGER CHECK (network BETWEEN 0 AND 281474976710655),
  begin_time INTEGER,
  end_time   INTEGER,
  note       TEXT NOT NULL,
  CHECK ((begin_time IS NULL) = (end_time IS NULL))
) STRICT;
CREATE INDEX events_by_member ON events (member);

-- The chain: link = SHA-256 of the link before and the event.
CREATE TABLE seals (
  position INTEGER PRIMARY KEY,
  event    INTEGER NOT NULL UNIQUE REFERENCES events (id),
  link     TEXT NOT NULL CHECK (length(link) = 64)
) STRICT;

-- Only ever appended to.  The first of each refuses INSERT OR REPLACE too, which fires no trigger for what it deletes.
CREATE TRIGGER events_are_appended BEFORE INSERT ON events
WHEN NEW.id <= (SELECT coalesce(max(id), 0) FROM events)
BEGIN
  SELECT RAISE(ABORT, 'events are only appended');
END;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN
  SELECT RAISE(ABORT, 'events are never changed');
END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
  SELECT RAISE(ABORT, 'events are never deleted');
END;
CREATE TRIGGER seals_are_appended BEFORE INSERT ON seals
WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM seals)
BEGIN
  SELECT RAISE(ABORT, 'seals are only appended, each with the next position');
END;
CREATE TRIGGER seals_are_never_changed BEFORE UPDATE ON seals
BEGIN
  SELECT RAISE(ABORT, 'seals are never changed');
END;
CREATE TRIGGER seals_are_never_deleted BEFORE DELETE ON seals
BEGIN
  SELECT RAISE(ABORT, 'seals are never deleted');
END;

-- What members called their requests for a lease, kept for a day: the lease as it was granted.
CREATE TABLE lease_requests (
  holder     TEXT NOT NULL,
  key        TEXT NOT NULL,
  digest     TEXT NOT NULL,
  lease      INTEGER NOT NULL,  -- leases.id, also when that row has gone
  network    INTEGER NOT NULL,
  begin_time INTEGER NOT NULL,  -- when it was asked for, too
  end_time   INTEGER NOT NULL,
  PRIMARY KEY (holder, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_requests_by_age ON lease_requests (begin_time);

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
