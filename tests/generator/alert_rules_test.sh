#!/usr/bin/env bash
# The alert rules of deploy/ixp: they parse, fire when they should and not before, and ask for figures that the README has.
set -euo pipefail
cd "$(dirname "$0")"
command -v promtool >/dev/null || { echo "SKIP: needs promtool (Debian's package prometheus)"; exit 77; }
rules=../../deploy/ixp/peerlab-ixp.rules.yml
promtool check rules "$rules"
promtool test rules alert_rules_test.yml
for figure in $(grep -oE 'peerlab_policy_[a-z_]+' "$rules" | sort -u); do
  grep -rq "\"${figure#peerlab_}\"" ../../src/confgen/metrics.cc || { echo "no such figure: $figure"; exit 1; }
done
for alert in $(grep -oE 'alert: [A-Za-z]+' "$rules" | cut -d' ' -f2); do
  grep -q "alertname.*$alert" alert_rules_test.yml || { echo "no test names $alert"; exit 1; }
done
