#!/usr/bin/env bash
# Up on the real table, every promise, down; nothing is left.
. "$(dirname "$0")/lab.sh"

peerlab lab run
nothing_is_left

# A lab that was kept can be walked again, and stands until it is taken down.  This one's ledger is in PostgreSQL.
peerlab lab up --table small --members 3 --store postgres
peerlab lab shell core psql -XAt -U peerlab -h "$directory/core/postgres" -c 'SELECT count(*) FROM assignments' postgres |
  grep -x 3 || broken "its gateway does not keep three members' ASNs in PostgreSQL"
walk_again() { peerlab lab check >"$scratch/check" || broken "$(tail -n 20 "$scratch/check")"; tail -n 1 "$scratch/check"; }
walk_again
! peerlab lab up --table small 2>"$scratch/second" || broken 'a second lab came up over the first'
grep -q 'stands already' "$scratch/second" || broken "$(cat "$scratch/second")"
walk_again
peerlab lab down
nothing_is_left
