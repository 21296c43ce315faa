#!/usr/bin/env bash
# ./dev bench gateway [STORE...] [--theirs PROGRAM]: requests a second of the real gateway on each of its back ends, beside what
# the machine itself and the existing gateway can do.
command -v wrk >/dev/null || { echo 'this bench needs wrk: apt-get install wrk' >&2; exit 1; }
exec python3 -B "$(dirname "$0")/gateway.py" "$@"
