-- The first /48 of the pool, in its order, that nobody ever had.
CREATE FUNCTION choose_never_used(pool int8multirange) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  block int8range;
  start bigint;
  candidate bigint;
BEGIN
  FOR block IN SELECT b FROM unnest(pool) b ORDER BY b LOOP
    SELECT next_network INTO start FROM block_cursors
    WHERE first_network = lower(block) AND last_network = upper(block) - 1;
    CONTINUE WHEN start = upper(block);  -- used up for good: no lock
    IF NOT FOUND THEN
      INSERT INTO block_cursors VALUES (lower(block), upper(block) - 1, lower(block)) ON CONFLICT DO NOTHING;
    END IF;
    SELECT next_network INTO start FROM block_cursors
    WHERE first_network = lower(block) AND last_network = upper(block) - 1 FOR UPDATE;
    candidate := start;
    WHILE candidate < upper(block) AND EXISTS (SELECT FROM used_prefixes WHERE network = candidate) LOOP
      candidate := candidate + 1;
    END LOOP;
    IF candidate <> start THEN
      UPDATE block_cursors SET next_network = candidate
      WHERE first_network = lower(block) AND last_network = upper(block) - 1;
    END IF;
    IF candidate < upper(block) THEN
      RETURN candidate;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- How many others come before this member in the line; where it is not in it, all.
CREATE FUNCTION ahead_of(member text, line text, at_time bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT count(*) FROM waiting
          WHERE pool = line AND kept_until > at_time AND arrival < coalesce(
            (SELECT arrival FROM waiting WHERE holder = member AND pool = line AND kept_until > at_time),
            9223372036854775807));
END
$$;

-- Are there more than those ahead need?  Stable, so that it sees both at one instant: who is first takes one and leaves the
-- line in one step, and under no lock.
CREATE FUNCTION leaves_one(member text, line text, at_time bigint, pool int8multirange, rested_from bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  ahead bigint := ahead_of(member, line, at_time);
BEGIN
  RETURN ahead < (SELECT count(*) FROM (SELECT FROM used_prefixes WHERE free_from <= rested_from AND network <@ pool
                                        LIMIT ahead + 1) those);
END
$$;

-- What the line leaves to somebody with others ahead: the longest rested, where there are more than those need; else what
-- was kept for them long enough.  One at a time, so that two do not take what one may.
CREATE FUNCTION choose_in_line(member text, at_time bigint, pool int8multirange, cool_down_floor bigint, line text,
                               kept bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  rested_from bigint := at_time - cool_down_floor;
  chosen bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM used_prefixes WHERE free_from <= rested_from AND network <@ pool) THEN
    RETURN NULL;  -- nothing for anybody: no lock
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(line, 1));
  IF NOT leaves_one(member, line, at_time, pool, rested_from) THEN
    rested_from := rested_from - kept;
  END IF;
  SELECT network INTO chosen FROM used_prefixes WHERE free_from <= rested_from AND network <@ pool
  ORDER BY free_from, network LIMIT 1 FOR UPDATE SKIP LOCKED;
  RETURN chosen;
END
$$;

-- DESIGN.md 3, decisions 6 and 18: one's own that nobody else may have yet; never used; what the line leaves, or where it is
-- empty the longest rested, one's own, whatever has rested the floor.  A row that another member is taking just now is
-- passed over.
CREATE FUNCTION choose_prefix(member text, at_time bigint, pool int8multirange, cool_down bigint, cool_down_floor bigint,
                              line text, kept bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  chosen bigint;
BEGIN
  SELECT network INTO chosen FROM used_prefixes
  WHERE last_holder = member AND free_from > at_time - cool_down_floor AND free_from <= at_time AND network <@ pool
  ORDER BY free_from, network LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    RETURN chosen;
  END IF;
  chosen := choose_never_used(pool);
  IF chosen IS NOT NULL THEN
    RETURN chosen;
  END IF;
  IF ahead_of(member, line, at_time) > 0 THEN
    RETURN choose_in_line(member, at_time, pool, cool_down_floor, line, kept);
  END IF;
  SELECT network INTO chosen FROM used_prefixes
  WHERE free_from <= at_time - greatest(cool_down, cool_down_floor) AND network <@ pool
  ORDER BY free_from, network LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    RETURN chosen;
  END IF;
  SELECT network INTO chosen FROM used_prefixes
  WHERE last_holder = member AND free_from <= at_time AND network <@ pool
  ORDER BY free_from, network LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    RETURN chosen;
  END IF;
  SELECT network INTO chosen FROM used_prefixes
  WHERE free_from <= at_time - cool_down_floor AND network <@ pool
  ORDER BY free_from, network LIMIT 1 FOR UPDATE SKIP LOCKED;
  RETURN chosen;
END
$$;

-- When asking may help at the earliest: some /48 of the pool frees for this member, or is kept no longer for those ahead;
-- NULL where none was ever leased.
CREATE FUNCTION next_free_for(member text, at_time bigint, pool int8multirange, cool_down_floor bigint, kept bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN least(
    (SELECT free_from FROM used_prefixes WHERE last_holder = member AND free_from > at_time AND network <@ pool
     ORDER BY free_from, network LIMIT 1),
    (SELECT free_from + cool_down_floor FROM used_prefixes WHERE free_from > at_time - cool_down_floor AND network <@ pool
     ORDER BY free_from, network LIMIT 1),
    (SELECT free_from + cool_down_floor + kept FROM used_prefixes
     WHERE free_from <= at_time - cool_down_floor AND network <@ pool ORDER BY free_from, network LIMIT 1));
END
$$;

-- When there is a /48 for a member behind so many others, should each take one and none come back early: ledger/line.h.
CREATE FUNCTION expected_turn(member text, at_time bigint, pool int8multirange, cool_down_floor bigint, ahead bigint,
                              kept bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  known record;
  turn bigint;
BEGIN
  SELECT count(*) AS number, min(free_from) AS first, max(free_from) AS last INTO known
  FROM (SELECT free_from FROM used_prefixes WHERE network <@ pool ORDER BY free_from, network LIMIT ahead + 1) those;
  turn := known.last + cool_down_floor;
  IF known.number <= ahead AND turn <= at_time THEN
    turn := known.first + cool_down_floor + kept;  -- all are free and kept for others: the first is anybody's then
  END IF;
  RETURN least(turn, (SELECT free_from FROM used_prefixes
                      WHERE last_holder = member AND free_from > at_time - cool_down_floor AND network <@ pool
                      ORDER BY free_from, network LIMIT 1));
END
$$;

-- The member is in the line from now on, or its place is kept for longer; where that is so already, nothing is written.
-- Whose place lapsed comes anew, behind all others.
CREATE FUNCTION stand_in_line(member text, at_time bigint, pool_asked int8multirange, cool_down_floor bigint, line text,
                              kept bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  own waiting;
  until_time bigint;
BEGIN
  own := (SELECT w FROM waiting w WHERE holder = member AND pool = line);
  until_time := kept + greatest(at_time, expected_turn(member, at_time, pool_asked, cool_down_floor,
                                                       ahead_of(member, line, at_time), kept));
  IF own.kept_until > at_time AND own.kept_until >= until_time THEN
    RETURN;
  ELSIF own.kept_until > at_time THEN
    UPDATE waiting SET kept_until = until_time WHERE arrival = own.arrival;
  ELSE
    DELETE FROM waiting WHERE arrival = own.arrival;
    INSERT INTO waiting (holder, pool, since, kept_until) VALUES (member, line, at_time, until_time);
  END IF;
  DELETE FROM waiting WHERE arrival IN (
    SELECT arrival FROM waiting WHERE kept_until <= at_time ORDER BY kept_until LIMIT 16 FOR UPDATE SKIP LOCKED);
END
$$;
