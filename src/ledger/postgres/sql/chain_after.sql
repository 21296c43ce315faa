SELECT e.id, e.at, e.kind, e.member, e.actor, e.asn, e.network, e.begin_time, e.end_time, e.note, s.position, s.link
FROM seals s LEFT JOIN events e ON e.id = s.event WHERE s.position > $1 ORDER BY s.position LIMIT $2
