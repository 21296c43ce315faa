#!/usr/bin/env bash
# deploy/gateway's alert rules and deploy/grafana's dashboard: the rules parse, fire when they should and not before, and every figure that
# either names is one that a program of ours exports.
set -euo pipefail
cd "$(dirname "$0")/../.."
rules=deploy/gateway/peerlab-gateway.rules.yml dashboard=deploy/grafana/peerlab.json
python3 - "$dashboard" <<'PYTHON'
import json, sys
board = json.load(open(sys.argv[1]))
assert board["uid"] == "peerlab-gateway", "links to the dashboard go by this uid"
panels = [panel for panel in board["panels"] if panel["type"] != "row"]
assert panels and all(panel["targets"] for panel in panels), "a panel asks for nothing"
assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"]), "two panels of one id"
PYTHON
exported=$(grep -rhoE '(begin|begin_foreign|gauge|counter)\(\s*"[a-z_]+"' src/gateway src/confgen --include=*.cc | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u)
named=$(grep -ohE '\b(peerlab|process)_[a-z_]+' "$rules" "$dashboard" | sed -E 's/^peerlab_//; s/_bucket$//' | sort -u)
for figure in $named; do
  grep -qx "$figure" <<<"$exported" || { echo "no program exports $figure"; exit 1; }
done
command -v promtool >/dev/null || { echo "SKIP: needs promtool (Debian's package prometheus)"; exit 77; }
promtool check rules "$rules"
promtool test rules tests/gateway/alert_rules_test.yml
for alert in $(grep -oE 'alert: [A-Za-z]+' "$rules" | cut -d' ' -f2); do
  grep -q "alertname.*$alert" tests/gateway/alert_rules_test.yml || { echo "no test names $alert"; exit 1; }
done
python3 -c 'import json, sys
for panel in json.load(open(sys.argv[1]))["panels"]:
    for target in panel.get("targets", []): print(target["expr"])' "$dashboard" | while read -r expression; do
  # promtool parses an expression as a rule of a file.
  rule=$(mktemp /tmp/peerlab-test-rule-XXXXXX.yml)
  printf 'groups: [{name: a, rules: [{record: "a:b", expr: %s}]}]\n' "$(python3 -c 'import json, sys; print(json.dumps(sys.argv[1]))' "${expression//\$instance/.*}")" >"$rule"
  promtool check rules "$rule" >/dev/null || { echo "the dashboard asks what Prometheus cannot read: $expression"; rm "$rule"; exit 1; }
  rm "$rule"
done
