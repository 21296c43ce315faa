-- Windows of one /48 do not overlap: only the one that began last may still be open.
SELECT l.holder, a.number, a.asn, a.suspended_since, l.id, l.network, l.begin_time, l.end_time, l.rpki::int::bigint
FROM used_prefixes u
CROSS JOIN LATERAL (SELECT holder, id, network, begin_time, end_time, rpki FROM leases
                    WHERE network = u.network AND begin_time <= $1 ORDER BY begin_time DESC LIMIT 1) l
JOIN assignments a ON a.holder = l.holder
WHERE u.network > $2 AND u.free_from > $1 AND l.end_time > $1
ORDER BY u.network LIMIT $3
