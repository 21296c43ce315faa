-- What operators may do, the member's own wishes for a lease, and what happened, for ever.

-- `number` names a member in events, and still when the person is forgotten: then `holder` is a random text of 64 digits and
-- `sealed_subject` is empty.  `leases_max` is the member's own quota.
ALTER TABLE assignments ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN leases_max INTEGER CHECK (leases_max BETWEEN 0 AND 64);
ALTER TABLE assignments ADD COLUMN suspended_since INTEGER;
ALTER TABLE assignments ADD COLUMN suspended_reason TEXT CHECK ((suspended_reason IS NULL) = (suspended_since IS NULL));
UPDATE assignments SET number = ranked.number
FROM (SELECT holder, row_number() OVER (ORDER BY since, asn) AS number FROM assignments) AS ranked
WHERE ranked.holder = assignments.holder;
CREATE UNIQUE INDEX assignments_by_number ON assignments (number);

ALTER TABLE leases ADD COLUMN rpki INTEGER NOT NULL DEFAULT 1 CHECK (rpki IN (0, 1));

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
