#!/usr/bin/env bash
# The function form keeps every promise that it can make.
. "$(dirname "$0")/lab.sh"

peerlab lab run --table small --form function | tee "$scratch/walk"
grep -q 'hears, and is not heard' "$scratch/walk" || broken 'this was not the walk of the function form'
nothing_is_left
