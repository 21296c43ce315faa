SELECT count(*) FROM waiting WHERE pool = $1 AND kept_until > $2
