-- One row where there is no such member, too: it may wait in line.
SELECT a.holder, a.sealed_subject, a.asn, a.since, a.number, a.leases_max, a.suspended_since, a.suspended_reason,
       l.id, l.network, l.begin_time, l.end_time, l.rpki::int::bigint,
       EXISTS (SELECT FROM waiting WHERE holder = $1 AND kept_until > $2)::int::bigint
FROM (SELECT) AS anybody
LEFT JOIN assignments a ON a.holder = $1
LEFT JOIN leases l ON l.holder = a.holder AND l.end_time > $2 AND l.begin_time <= $2
ORDER BY l.network
