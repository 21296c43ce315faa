#!/usr/bin/env bash
# ./dev bench policy: what 10,000 members cost from facts to a configured BIRD, beside the plain form in the same run.
exec python3 -B "$(dirname "$0")/policy.py" "$1"
