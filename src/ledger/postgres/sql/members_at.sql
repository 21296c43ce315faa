SELECT a.holder, a.sealed_subject, a.asn, a.since, l.id, l.network, l.begin_time, l.end_time
FROM assignments a
LEFT JOIN leases l ON l.holder = a.holder AND l.end_time + 0 > $1 AND l.begin_time <= $1
ORDER BY a.holder COLLATE "C", l.network
