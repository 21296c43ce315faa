SELECT least((SELECT min(end_time) FROM leases WHERE end_time > $1),
             (SELECT min(begin_time) FROM leases WHERE begin_time > $1))
