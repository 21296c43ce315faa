SELECT id, network, begin_time, end_time, rpki::int::bigint, holder FROM revoke_lease($1, $2, $3)
