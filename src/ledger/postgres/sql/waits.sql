SELECT EXISTS (SELECT FROM waiting WHERE holder = $1 AND kept_until > $2)::int::bigint
