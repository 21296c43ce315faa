-- Each verb that writes is one function, so one statement and one transaction.  Every one locks in this order, so that
-- none waits in a circle: the member, the line of a pool, a /48, the ASNs, the version.  Each statement in a function sees
-- what was committed before it began: what is read under a lock is true until the end.

-- A step of a verb is plpgsql: its plans are kept for the next time, where those of an SQL function are made anew.

-- One member's verbs come one after another.
CREATE FUNCTION await_turn_of(member text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(member, 0));
END
$$;

-- The last step of a verb that wrote: the version moves.  The gateway tells whoever listens once it is committed: a NOTIFY
-- in here would let one commit after another wait for the disk.
CREATE FUNCTION note_change(member text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ledger_versions SET version = version + 1 WHERE slot = hashtext(member) & 63;
END
$$;

CREATE FUNCTION tell(of_kind text, at_time bigint, of_member bigint, by_actor text, of_asn bigint, of_network bigint,
                     from_time bigint, until_time bigint, of_note text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH told AS (
    INSERT INTO events (at, kind, member, actor, asn, network, begin_time, end_time, note)
    VALUES (at_time, of_kind, of_member, by_actor, of_asn, of_network, from_time, until_time, of_note) RETURNING id)
  INSERT INTO unsealed_events SELECT id FROM told;
END
$$;

CREATE FUNCTION note_use(used_network bigint, free_again bigint, holder text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO used_prefixes (network, free_from, last_holder) VALUES (used_network, free_again, holder)
  ON CONFLICT (network) DO UPDATE SET free_from = excluded.free_from, last_holder = excluded.last_holder;
END
$$;

-- The member's ASN, else the lowest free one of the pool.  No row: none is left.  Numbers that are nobody's: domain/asn.h.
CREATE FUNCTION hold_asn(member text, sealed bytea, pool_first bigint, pool_last bigint, at_time bigint)
RETURNS TABLE (held_asn bigint, held_since bigint, fresh boolean) LANGUAGE plpgsql AS $$
DECLARE
  start bigint;
  candidate bigint;
  new_number bigint;
BEGIN
  SELECT asn, since, false INTO held_asn, held_since, fresh FROM assignments WHERE holder = member;
  IF FOUND THEN
    RETURN NEXT;
    RETURN;
  END IF;
  INSERT INTO asn_cursors VALUES (pool_first, pool_last, pool_first) ON CONFLICT DO NOTHING;
  SELECT next_asn INTO start FROM asn_cursors WHERE first_asn = pool_first AND last_asn = pool_last FOR UPDATE;
  candidate := start;
  WHILE candidate <= pool_last
    AND (candidate IN (0, 23456, 65535, 4294967295) OR EXISTS (SELECT FROM assignments WHERE asn = candidate)) LOOP
    candidate := candidate + 1;
  END LOOP;
  IF candidate <> start THEN
    UPDATE asn_cursors SET next_asn = candidate WHERE first_asn = pool_first AND last_asn = pool_last;
  END IF;
  IF candidate <= pool_last THEN
    INSERT INTO assignments (holder, sealed_subject, asn, since) VALUES (member, sealed, candidate, at_time)
    RETURNING asn, since, true, number INTO held_asn, held_since, fresh, new_number;
    PERFORM tell('asn-assigned', at_time, new_number, 'member', candidate, NULL, NULL, NULL, '');
    RETURN NEXT;
  END IF;
END
$$;

CREATE FUNCTION assign_asn(member text, sealed bytea, pool_first bigint, pool_last bigint, at_time bigint)
RETURNS TABLE (held_asn bigint, held_since bigint, fresh boolean) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM await_turn_of(member);
  SELECT h.held_asn, h.held_since, h.fresh INTO held_asn, held_since, fresh
  FROM hold_asn(member, sealed, pool_first, pool_last, at_time) h;
  IF FOUND THEN
    IF fresh THEN
      PERFORM note_change(member);
    END IF;
    RETURN NEXT;
  END IF;
END
$$;
