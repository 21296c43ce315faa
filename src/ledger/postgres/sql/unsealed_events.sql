SELECT e.id, e.at, e.kind, e.member, e.actor, e.asn, e.network, e.begin_time, e.end_time, e.note
FROM unsealed_events u JOIN events e ON e.id = u.event ORDER BY e.id LIMIT 1000
