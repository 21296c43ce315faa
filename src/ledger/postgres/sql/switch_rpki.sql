SELECT refused, suspended_from, suspended_for, lease_id, granted_from, granted_until, changed::int::bigint
FROM switch_rpki($1, $2, $3, $4)
