SELECT a.holder, a.sealed_subject, a.asn, a.since, a.number, a.leases_max, a.suspended_since, a.suspended_reason,
       l.id, l.network, l.begin_time, l.end_time, l.rpki::int::bigint
FROM assignments a
LEFT JOIN leases l ON l.holder = a.holder AND l.end_time + 0 > $1 AND l.begin_time <= $1
WHERE a.sealed_subject <> ''
ORDER BY a.holder COLLATE "C", l.network
