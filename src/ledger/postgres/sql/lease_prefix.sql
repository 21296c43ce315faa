SELECT refused, next_free, lease_id, leased_network, held_asn, held_since
FROM lease_prefix($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
