#!/usr/bin/env bash
# ./dev bench sessions: 1,000 members' sessions on one BIRD: how long they take to come up, what one lease change touches.
exec python3 -B "$(dirname "$0")/sessions.py" "$1"
