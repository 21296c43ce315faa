-- One look-up for each: joined, the planner would read all events there ever were.
SELECT e.id, e.at, e.kind, e.member, e.actor, e.asn, e.network, e.begin_time, e.end_time, e.note, s.position, s.link
FROM (SELECT position, event, link FROM seals WHERE position > $1 ORDER BY position LIMIT $2) s
LEFT JOIN LATERAL (SELECT id, at, kind, member, actor, asn, network, begin_time, end_time, note
                   FROM events WHERE id = s.event OFFSET 0) e ON true
ORDER BY s.position
