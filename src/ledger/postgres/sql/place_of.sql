SELECT line.place, line.waiting, own.since, own.kept_until, expected_turn($1, $3, $4, $5, line.place - 1, $6)
FROM waiting own
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE w.arrival <= own.arrival) AS place, count(*) AS waiting
  FROM waiting w WHERE w.pool = own.pool AND w.kept_until > $3) line
WHERE own.holder = $1 AND own.pool = $2 AND own.kept_until > $3
