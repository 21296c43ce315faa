SELECT id, network, begin_time, end_time, rpki::int::bigint, holder FROM end_lease($1, $2, $3)
