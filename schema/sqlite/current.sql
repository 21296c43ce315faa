-- Who holds what.  Times are whole Unix seconds, UTC; a /48 is its upper 48 bits as an integer.

CREATE TABLE assignments (
  holder         TEXT PRIMARY KEY CHECK (length(holder) = 64),  -- SHA-256 of the subject, hexadecimal
  sealed_subject BLOB NOT NULL,                                 -- secretbox; nobody is named in clear
  asn            INTEGER NOT NULL UNIQUE CHECK (asn BETWEEN 1 AND 4294967294),
  since          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  network     INTEGER NOT NULL CHECK (network BETWEEN 0 AND 281474976710655),
  holder      TEXT NOT NULL REFERENCES assignments (holder),
  begin_time  INTEGER NOT NULL,
  end_time    INTEGER NOT NULL,
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
