#!/usr/bin/env bash
# ./dev bench feed: what 200 waiting routers cost a gateway, and how soon they hear of what another one wrote.
exec python3 -B "$(dirname "$0")/feed.py" "$@"
