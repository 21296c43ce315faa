SELECT refused, next_free, quota, suspended_from, suspended_for, replayed::int::bigint, lease_id, leased_network,
       granted_from, granted_until, held_asn, held_since
FROM lease_prefix($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
