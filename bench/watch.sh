#!/usr/bin/env bash
# ./dev bench watch: with 1,000 members' rows, how long --watch needs from a granted lease to BIRD and from its end to its
# absence there, and what it costs while nothing changes.
set -euo pipefail
ninja -C "$PEERLAB_BIN/.." --quiet watch_figures
exec "$PEERLAB_BIN/../tests/generator/watch_figures" >"$1"
