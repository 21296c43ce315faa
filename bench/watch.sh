#!/usr/bin/env bash
# ./dev bench watch: the whole chain with 1,000 members' rows and 50 live sessions: lease to announcement, end to withdrawal.
exec python3 -B "$(dirname "$0")/watch.py" "$1"
