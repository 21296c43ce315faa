-- One row.  `refused` is NULL where the lease stands; else 'suspended', 'quota' (quota says which), 'key', 'prefixes'
-- (next_free says when one frees, and the member stands in line) or 'asns', and nothing else was written.  A request key that
-- is known gets what it got.  A gateway of the schema before names no line: for it there is none.
CREATE FUNCTION lease_prefix(member text, sealed bytea, from_time bigint, until_time bigint, pool int8multirange,
                             asn_first bigint, asn_last bigint, INOUT quota bigint, cool_down bigint, cool_down_floor bigint,
                             request_key text, request_digest text, keys_kept bigint,
                             line text DEFAULT NULL, kept_for_line bigint DEFAULT 0,
                             OUT refused text, OUT next_free bigint, OUT lease_id bigint, OUT leased_network bigint,
                             OUT held_asn bigint, OUT held_since bigint, OUT granted_from bigint, OUT granted_until bigint,
                             OUT replayed boolean, OUT suspended_from bigint, OUT suspended_for text) LANGUAGE plpgsql AS $$
DECLARE
  own assignments;
  kept lease_requests;
BEGIN
  PERFORM await_turn_of(member);
  own := (SELECT a FROM assignments a WHERE holder = member);
  replayed := false;
  IF request_key IS NOT NULL THEN
    kept := (SELECT r FROM lease_requests r
             WHERE holder = member AND key = request_key AND begin_time > from_time - keys_kept);
    IF kept.holder IS NOT NULL THEN
      IF kept.digest <> request_digest THEN
        refused := 'key';
        RETURN;
      END IF;
      replayed := true;
      lease_id := kept.lease;
      leased_network := kept.network;
      granted_from := kept.begin_time;
      granted_until := kept.end_time;
      held_asn := own.asn;
      held_since := own.since;
      RETURN;
    END IF;
  END IF;
  IF own.suspended_since IS NOT NULL THEN
    refused := 'suspended';
    suspended_from := own.suspended_since;
    suspended_for := own.suspended_reason;
    RETURN;
  END IF;
  quota := coalesce(own.leases_max, quota);
  -- Every lease that has not ended: one that a faster request began a second later counts too.
  IF (SELECT count(*) FROM leases WHERE holder = member AND end_time > from_time) >= quota THEN
    refused := 'quota';
    RETURN;
  END IF;
  leased_network := choose_prefix(member, from_time, pool, cool_down, cool_down_floor, line, kept_for_line);
  IF leased_network IS NULL THEN
    refused := 'prefixes';
    next_free := next_free_for(member, from_time, pool, cool_down_floor, kept_for_line);
    IF line IS NOT NULL THEN
      PERFORM stand_in_line(member, from_time, pool, cool_down_floor, line, kept_for_line);
    END IF;
    RETURN;
  END IF;
  SELECT h.held_asn, h.held_since INTO held_asn, held_since FROM hold_asn(member, sealed, asn_first, asn_last, from_time) h;
  IF NOT FOUND THEN
    refused := 'asns';
    RETURN;
  END IF;
  INSERT INTO leases (network, holder, begin_time, end_time) VALUES (leased_network, member, from_time, until_time)
  RETURNING id, begin_time, end_time INTO lease_id, granted_from, granted_until;
  PERFORM note_use(leased_network, until_time, member);
  PERFORM tell('leased', from_time, (SELECT number FROM assignments WHERE holder = member), 'member', NULL,
               leased_network, from_time, until_time, '');
  IF EXISTS (SELECT FROM waiting WHERE holder = member) THEN
    DELETE FROM waiting WHERE holder = member;
  END IF;
  IF request_key IS NOT NULL THEN
    DELETE FROM lease_requests WHERE (holder, key) IN (
      SELECT holder, key FROM lease_requests WHERE begin_time <= from_time - keys_kept
      ORDER BY begin_time LIMIT 16 FOR UPDATE SKIP LOCKED);
    INSERT INTO lease_requests VALUES
      (member, request_key, request_digest, lease_id, leased_network, from_time, until_time)
    ON CONFLICT (holder, key) DO UPDATE SET digest = excluded.digest, lease = excluded.lease, network = excluded.network,
      begin_time = excluded.begin_time, end_time = excluded.end_time;
  END IF;
  PERFORM note_change(member);
END
$$;

-- Closes the window of a lease in force, and tells it.  One that is closed in the second it began was never in force: it is
-- removed, and keeps its window in the answer.
CREATE FUNCTION close_lease(INOUT lease leases, at_time bigint, of_kind text, by_actor text) LANGUAGE plpgsql AS $$
BEGIN
  IF lease.begin_time < at_time THEN
    UPDATE leases SET end_time = at_time WHERE id = lease.id;
    lease.end_time := at_time;
  ELSE
    DELETE FROM leases WHERE id = lease.id;
  END IF;
  PERFORM note_use(lease.network, at_time, lease.holder);
  PERFORM tell(of_kind, at_time, (SELECT number FROM assignments WHERE holder = lease.holder), by_actor, NULL,
               lease.network, lease.begin_time, lease.end_time, '');
END
$$;

-- The lease as it now stands; no row where the member has none of it in force.  What was leased since is not ended by a
-- clock that is behind.
CREATE FUNCTION revoke_lease(member text, of_network bigint, at_time bigint) RETURNS SETOF leases LANGUAGE plpgsql AS $$
DECLARE
  own leases;
BEGIN
  PERFORM await_turn_of(member);
  own := (SELECT l FROM leases l
          WHERE network = of_network AND holder = member AND begin_time <= at_time AND end_time > at_time
            AND end_time = (SELECT free_from FROM used_prefixes u WHERE u.network = of_network));
  IF own.id IS NOT NULL THEN
    own := close_lease(own, at_time, 'revoked', 'member');
    PERFORM note_change(member);
    RETURN NEXT own;
  END IF;
END
$$;

-- The member's lease in force, after its turn; refused is 'suspended' or 'none' where it may not be changed.
CREATE FUNCTION own_lease(member text, of_network bigint, at_time bigint,
                          OUT refused text, OUT suspended_from bigint, OUT suspended_for text, OUT own leases,
                          OUT member_number bigint) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM await_turn_of(member);
  SELECT suspended_since, suspended_reason, number INTO suspended_from, suspended_for, member_number
  FROM assignments WHERE holder = member;
  IF suspended_from IS NOT NULL THEN
    refused := 'suspended';
    RETURN;
  END IF;
  own := (SELECT l FROM leases l
          WHERE network = of_network AND holder = member AND begin_time <= at_time AND end_time > at_time
            AND end_time = (SELECT free_from FROM used_prefixes u WHERE u.network = of_network));
  IF own.id IS NULL THEN
    refused := 'none';
  END IF;
END
$$;

-- One row: refused as own_lease says, or the lease as it now stands.
CREATE FUNCTION renew_lease(member text, of_network bigint, until_time bigint, at_time bigint,
                            OUT refused text, OUT suspended_from bigint, OUT suspended_for text, OUT lease_id bigint,
                            OUT granted_from bigint, OUT granted_until bigint, OUT wanted boolean) LANGUAGE plpgsql AS $$
DECLARE
  found_one record;
  own leases;
BEGIN
  found_one := own_lease(member, of_network, at_time);
  refused := found_one.refused;
  suspended_from := found_one.suspended_from;
  suspended_for := found_one.suspended_for;
  IF refused IS NOT NULL THEN
    RETURN;
  END IF;
  own := found_one.own;
  lease_id := own.id;
  granted_from := own.begin_time;
  granted_until := greatest(own.end_time, until_time);
  wanted := own.rpki;
  IF granted_until > own.end_time THEN
    UPDATE leases SET end_time = granted_until WHERE id = lease_id;
    PERFORM note_use(of_network, granted_until, member);
    PERFORM tell('renewed', at_time, found_one.member_number, 'member', NULL, of_network, granted_from, granted_until, '');
    PERFORM note_change(member);
  END IF;
END
$$;

CREATE FUNCTION switch_rpki(member text, of_network bigint, wanted boolean, at_time bigint,
                            OUT refused text, OUT suspended_from bigint, OUT suspended_for text, OUT lease_id bigint,
                            OUT granted_from bigint, OUT granted_until bigint, OUT changed boolean) LANGUAGE plpgsql AS $$
DECLARE
  found_one record;
  own leases;
BEGIN
  found_one := own_lease(member, of_network, at_time);
  refused := found_one.refused;
  suspended_from := found_one.suspended_from;
  suspended_for := found_one.suspended_for;
  IF refused IS NOT NULL THEN
    RETURN;
  END IF;
  own := found_one.own;
  lease_id := own.id;
  granted_from := own.begin_time;
  granted_until := own.end_time;
  changed := own.rpki <> wanted;
  IF changed THEN
    UPDATE leases SET rpki = wanted WHERE id = lease_id;
    PERFORM tell('rpki-switched', at_time, found_one.member_number, 'member', NULL, of_network, granted_from,
                 granted_until, CASE WHEN wanted THEN 'on' ELSE 'off' END);
    PERFORM note_change(member);
  END IF;
END
$$;
