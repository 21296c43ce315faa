-- What operators do.  Each says whether there is such a member with an ASN.

CREATE FUNCTION suspend_member(of_holder text, reason text, by_actor text, at_time bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  of_number bigint;
BEGIN
  PERFORM await_turn_of(of_holder);
  UPDATE assignments SET suspended_since = coalesce(suspended_since, at_time), suspended_reason = reason
  WHERE holder = of_holder RETURNING number INTO of_number;
  IF FOUND THEN
    DELETE FROM waiting WHERE holder = of_holder;
    PERFORM tell('suspended', at_time, of_number, by_actor, NULL, NULL, NULL, NULL, reason);
    PERFORM note_change(of_holder);
  END IF;
  RETURN of_number IS NOT NULL;
END
$$;

CREATE FUNCTION resume_member(of_holder text, by_actor text, at_time bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  of_number bigint;
BEGIN
  PERFORM await_turn_of(of_holder);
  UPDATE assignments SET suspended_since = NULL, suspended_reason = NULL
  WHERE holder = of_holder AND suspended_since IS NOT NULL RETURNING number INTO of_number;
  IF FOUND THEN
    PERFORM tell('resumed', at_time, of_number, by_actor, NULL, NULL, NULL, NULL, '');
    PERFORM note_change(of_holder);
  END IF;
  RETURN EXISTS (SELECT FROM assignments WHERE holder = of_holder);
END
$$;

CREATE FUNCTION set_quota(of_holder text, quota bigint, by_actor text, at_time bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  of_number bigint;
BEGIN
  PERFORM await_turn_of(of_holder);
  UPDATE assignments SET leases_max = quota WHERE holder = of_holder RETURNING number INTO of_number;
  IF FOUND THEN
    PERFORM tell('quota-set', at_time, of_number, by_actor, NULL, NULL, NULL, NULL, coalesce(quota::text, 'default'));
    PERFORM note_change(of_holder);
  END IF;
  RETURN of_number IS NOT NULL;
END
$$;

-- The lease as it now stands; no row where nobody's is in force.
CREATE FUNCTION end_lease(of_network bigint, by_actor text, at_time bigint) RETURNS SETOF leases LANGUAGE plpgsql AS $$
DECLARE
  of_holder text;
  theirs leases;
BEGIN
  SELECT holder INTO of_holder FROM leases
  WHERE network = of_network AND begin_time <= at_time AND end_time > at_time;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM await_turn_of(of_holder);
  theirs := (SELECT l FROM leases l
             WHERE network = of_network AND holder = of_holder AND begin_time <= at_time AND end_time > at_time
               AND end_time = (SELECT free_from FROM used_prefixes u WHERE u.network = of_network));
  IF theirs.id IS NOT NULL THEN
    theirs := close_lease(theirs, at_time, 'lease-ended', by_actor);
    PERFORM note_change(of_holder);
    RETURN NEXT theirs;
  END IF;
END
$$;

-- `nobody` takes the place of the holder's name wherever it stands.
CREATE FUNCTION forget_member(of_holder text, nobody text, by_actor text, at_time bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  of_number bigint;
  theirs leases;
BEGIN
  PERFORM await_turn_of(of_holder);
  DELETE FROM waiting WHERE holder = of_holder;
  SELECT number INTO of_number FROM assignments WHERE holder = of_holder;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  FOR theirs IN SELECT id, network, holder, begin_time, end_time, rpki FROM leases WHERE holder = of_holder AND begin_time <= at_time
                AND end_time > at_time ORDER BY network LOOP
    PERFORM close_lease(theirs, at_time, 'lease-ended', by_actor);
  END LOOP;
  UPDATE assignments SET holder = nobody, sealed_subject = '', suspended_since = NULL, suspended_reason = NULL
  WHERE holder = of_holder;  -- their leases follow
  UPDATE used_prefixes SET last_holder = nobody WHERE last_holder = of_holder;
  DELETE FROM lease_requests WHERE holder = of_holder;
  PERFORM tell('forgotten', at_time, of_number, by_actor, NULL, NULL, NULL, NULL, '');
  PERFORM note_change(nobody);
  RETURN true;
END
$$;

-- Puts these behind the chain's end, where that is still what the caller saw; false where somebody was faster.
CREATE FUNCTION append_seals(seen_position bigint, new_events bigint[], new_links text[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(3561204920);
  IF coalesce((SELECT max(position) FROM seals), 0) <> seen_position THEN
    RETURN false;
  END IF;
  INSERT INTO seals (position, event, link)
  SELECT seen_position + place, event, link FROM unnest(new_events, new_links) WITH ORDINALITY AS new(event, link, place);
  DELETE FROM unsealed_events WHERE event = ANY (new_events);
  RETURN true;
END
$$;
