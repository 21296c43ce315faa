SELECT append_seals($1, $2, $3)::int::bigint
