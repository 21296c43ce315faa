SELECT refused, suspended_from, suspended_for, lease_id, granted_from, granted_until, wanted::int::bigint
FROM renew_lease($1, $2, $3, $4)
