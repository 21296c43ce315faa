#!/usr/bin/env bash
# Up on the real table, every promise, down; nothing is left.
. "$(dirname "$0")/lab.sh"

peerlab lab run
nothing_is_left

# A lab that was kept can be walked again, and stands until it is taken down.
peerlab lab up --table small --members 3
peerlab lab check | tail -n 1
! peerlab lab up --table small 2>"$scratch/second" || broken 'a second lab came up over the first'
grep -q 'stands already' "$scratch/second" || broken "$(cat "$scratch/second")"
peerlab lab check | tail -n 1
peerlab lab down
nothing_is_left
