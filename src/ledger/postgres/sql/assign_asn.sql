SELECT held_asn, held_since, fresh::int::bigint FROM assign_asn($1, $2, $3, $4, $5)
