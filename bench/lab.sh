#!/usr/bin/env bash
# ./dev bench lab: how long the lab, a lease and its end take, what each program holds in memory, and a clean build.
# Prints a table; writes the JSON to $1.
set -euo pipefail
cd "$(dirname "$0")/.."
json=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$PEERLAB_BIN/peerlab" lab run --figures "$scratch/lab.json" >&2

# Nothing is found in a cache.  First what `./dev lab` waits for, then the tests beside it.
export CCACHE_DISABLE=1
cmake --preset dev -B "$scratch/build" >/dev/null
began=$(date +%s.%N)
elapsed() { awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }'; }
ninja -C "$scratch/build" --quiet peerlab peerlab-gateway peerlab-bird-config peerlab-client >&2
programs=$(elapsed)
ninja -C "$scratch/build" --quiet >&2
everything=$(elapsed)

jq --argjson programs "$programs" --argjson everything "$everything" \
  '.seconds += {clean_build_of_programs: $programs, clean_build_of_everything: $everything}' "$scratch/lab.json" >"$json"
jq -r '"\(.machine.processor), \(.machine.cores) cores, \(.date); \(.lab.members) members, \(.lab.table) table",
  (.seconds | to_entries[] | "\(.key | gsub("_"; " "))\t\(.value * 100 | round / 100) s"),
  (.resident_kib | to_entries[] | "memory of \(.key)\t\(.value / 1024 * 10 | round / 10) MiB")' "$json" |
  awk -F '\t' 'NF == 1 { print; next } { printf "  %-36s %12s\n", $1, $2 }'
