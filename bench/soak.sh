#!/usr/bin/env bash
# ./dev bench soak: 24,000 leases begin and end; what grows and what is left over.
exec python3 -B "$(dirname "$0")/soak.py" "$1"
