SELECT suspend_member($1, $2, $3, $4)::int::bigint
