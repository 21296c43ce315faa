SELECT id, at, kind, member, actor, asn, network, begin_time, end_time, note
FROM events WHERE member = (SELECT number FROM assignments WHERE holder = $1) AND id < $2
ORDER BY id DESC LIMIT $3
