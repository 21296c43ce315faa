SELECT resume_member($1, $2, $3)::int::bigint
