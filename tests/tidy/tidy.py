"""Checks the code itself.  `tidy.py` checks every rule, `tidy.py RULE` one, `tidy.py --list` names them.

Exit code 0: kept; 1: findings, one a line; 77: cannot be checked here, with the reason.
"""
import subprocess
import sys
from pathlib import Path

from rules import RULES, Skip, Tree

ROOT = Path(__file__).resolve().parents[2]


def checkout(root):
    """What git knows or would take: new files count before they are added."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=root, capture_output=True, check=True)
    paths = sorted(path for path in listed.stdout.decode().split("\0") if path and (root / path).is_file())
    return Tree(root, tuple(paths))


def check(name, tree):
    try:
        findings = list(RULES[name](tree))
    except Skip as reason:
        print(f"SKIP: {reason}")
        return 77
    for finding in findings:
        print(f"{name}: {finding}")
    return 1 if findings else 0


def main(arguments):
    if arguments == ["--list"]:
        print(*RULES, sep="\n")
        return 0
    results = {check(name, checkout(ROOT)) for name in (arguments or RULES)}
    return 1 if 1 in results else 77 if results == {77} else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
