SELECT least((SELECT min(end_time + 0) FROM leases WHERE end_time + 0 > $1),
             (SELECT min(begin_time) FROM leases WHERE begin_time > $1))
