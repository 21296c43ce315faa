-- One look-up for each: joined, the planner would read all events there ever were.
SELECT e.id, e.at, e.kind, e.member, e.actor, e.asn, e.network, e.begin_time, e.end_time, e.note
FROM (SELECT event FROM unsealed_events ORDER BY event LIMIT 1000) u
CROSS JOIN LATERAL (SELECT id, at, kind, member, actor, asn, network, begin_time, end_time, note
                    FROM events WHERE id = u.event OFFSET 0) e
ORDER BY e.id
