#!/usr/bin/env bash
# The README's tour in five minutes, as a reader would type it.
. "$(dirname "$0")/lab.sh"

# Waits for a line at a machine of the lab.
see() {
  local what=$1 seen try
  shift
  for try in {1..50}; do
    seen=$(peerlab lab shell "$@" 2>&1 || true)  # birdc ends with 1 where there is no such network
    ! grep -Eq "$what" <<<"$seen" || return 0
    sleep 0.2
  done
  broken "after 10 s no '$what' in: $seen"
}
alice() { peerlab lab shell alice bash -c "$1"; }

peerlab lab up --table small >/dev/null

alice 'peerlab prefix request 24h'
alice 'export $(peerlab peerlab env) && peerlab-client render --out bird.conf && birdc configure' >/dev/null
prefix=$(alice 'peerlab --json prefix prefix list' | jq -r '.[0].prefix')
see "^$prefix .*\[AS64500i\]" transit birdc show route "$prefix"
echo "$prefix is on the lab's Internet"

other=3fff:1ff:ffff::/48
alice "echo 'protocol static mine { ipv6; route $other blackhole; }' >> bird.conf &&
  sed -i 's/filter ExportToIXP {/&\n  if proto = \"mine\" then accept;/' bird.conf && birdc configure" >/dev/null
see '\(64500, 1101, 100\)' ixpfra01 birdc show route "$other" all filtered
echo "$other is refused with reason 100"

alice "peerlab prefix revoke $prefix"
see 'Network not found' transit birdc show route "$prefix"
echo "$prefix is given back and withdrawn"

peerlab lab down >/dev/null
nothing_is_left
