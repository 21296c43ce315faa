SELECT a.holder, a.sealed_subject, a.asn, a.since, a.number, a.leases_max, a.suspended_since, a.suspended_reason,
       l.id, l.network, l.begin_time, l.end_time, l.rpki::int::bigint
FROM assignments a
LEFT JOIN leases l ON l.holder = a.holder AND l.end_time > $2 AND l.begin_time <= $2
WHERE a.holder = $1
