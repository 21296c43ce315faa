#!/usr/bin/env bash
# ./dev bench members: 50 members with real BIRDs and the full real table, from a cold start.
exec python3 -B "$(dirname "$0")/members.py" "$1"
