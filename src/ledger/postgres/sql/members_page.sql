-- Hexadecimal digits sort alike in every collation, and 'g' behind them.
SELECT a.holder, a.sealed_subject, a.asn, a.since, a.number, a.leases_max, a.suspended_since, a.suspended_reason,
       l.id, l.network, l.begin_time, l.end_time, l.rpki::int::bigint
FROM (SELECT holder, sealed_subject, asn, since, number, leases_max, suspended_since, suspended_reason
      FROM assignments
      WHERE holder >= greatest($2, $3) AND holder < $2 || 'g' AND holder <> $3 AND sealed_subject <> ''
        AND ($4::boolean IS NULL OR (suspended_since IS NOT NULL) = $4::boolean)
      ORDER BY holder LIMIT $5) a
LEFT JOIN LATERAL (SELECT id, network, begin_time, end_time, rpki FROM leases
                   WHERE holder = a.holder AND end_time > $1 AND begin_time <= $1 OFFSET 0) l ON true
ORDER BY a.holder, l.network
