#!/usr/bin/env bash
# A broken promise is named, with what was seen and where the logs are; and a killed lab can be taken down.
. "$(dirname "$0")/lab.sh"

peerlab lab up --table small >"$scratch/up" || broken "$(cat "$scratch/up")"
read -r generator _ <"$directory/pids/ixpfra01-generator"
kill -9 -- "-$generator"
result=0
peerlab lab check >"$scratch/check" || result=$?
[[ $result == 1 ]] || broken "without a generator the walk exits $result"
for word in 'BROKEN .*a lease reaches BIRD' 'seen .*peerlab_lease' "logs .*$directory/log"; do
  grep -Eq "$word" "$scratch/check" || broken "no line '$word' in: $(cat "$scratch/check")"
done
echo 'without its generator the lab says which promise is broken, what was seen and where the logs are'
peerlab lab down >/dev/null
nothing_is_left

# By then a server of initdb's runs, and has shared memory.
database_is_made() { until [[ -e $directory/core/postgres/data/global/pg_control || ! -e /proc/$up ]]; do sleep 0.02; done; }

# Killed at whatever it was doing, once while it made its database.
for moment in 'sleep 0.3' 'database_is_made' 'sleep 2.5'; do
  peerlab lab up --table small --store postgres >/dev/null 2>&1 &
  up=$!
  $moment
  kill -9 "$up" 2>/dev/null || true
  wait "$up" 2>/dev/null || true
  peerlab lab down >/dev/null
  nothing_is_left
done
echo 'a lab killed while it came up leaves nothing once it is taken down'
