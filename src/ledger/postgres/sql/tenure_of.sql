SELECT a.number, a.asn, l.begin_time, l.end_time FROM leases l JOIN assignments a ON a.holder = l.holder
WHERE l.network = $1 AND l.begin_time <= $2 AND l.end_time > $2
