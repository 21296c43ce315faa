"""Reads ctest's JUnit records, names every skipped test with its reason and counts: `N passed, N failed, N skipped`.

A record may have a second one beside it, again.xml: its failed tests once more, alone on the machine.  A test that passed
there counts as passed and is named as unsteady, with what it said when it failed.  Exit code 1 when a test failed both
times, a record is missing (its run died) or no test ran at all.
"""
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

# GoogleTest prints "file:line: Skipped" and the reason below it; scripts print "SKIP: reason".
REASONS = (re.compile(r"^SKIP: (.+)$", re.M), re.compile(r": Skipped\n(.+)$", re.M))


def reason_of(case):
    output = case.findtext("system-out") or ""
    for pattern in REASONS:
        if found := pattern.search(output):
            return found.group(1).strip()
    skipped = case.find("skipped")
    return skipped.get("message", "no reason given") if skipped is not None else "disabled"


def complaint_of(case, lines=40):
    """What the test said of its failure: from GoogleTest's first "Failure" on, else the end."""
    said = (case.findtext("system-out") or "").splitlines()
    first = next((at for at, line in enumerate(said) if line.endswith(": Failure")), max(len(said) - lines, 0))
    return "".join(f"\n    {line[:400]}" for line in said[first:first + lines])


def passed_again(record):
    again = Path(record).with_name("again.xml")
    cases = xml.parse(again).getroot().iter("testcase") if again.is_file() else ()
    return {case.get("name") for case in cases if outcome_of(case) == "passed"}


def outcome_of(case):
    if case.find("failure") is not None or case.get("status") == "fail":
        return "failed"
    if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        # A test whose program is missing did not run either, and nobody meant that.
        missing = "Unable to find" in (case.findtext("system-out") or "") or "_NOT_BUILT" in case.get("name", "")
        return "failed" if missing else "skipped"
    return "passed"


def count(records):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    notes = []
    for record in records:
        run = Path(record).parent.name
        if not Path(record).is_file():
            counts["failed"] += 1
            notes.append(f"FAILED {run}: its run left no record")
            continue
        steady_alone = passed_again(record)
        for case in xml.parse(record).getroot().iter("testcase"):
            outcome = outcome_of(case)
            if outcome == "failed" and case.get("name") in steady_alone:
                outcome = "passed"
                notes.append(f"unsteady {run}: {case.get('name')} failed beside others and passed alone: {complaint_of(case)}")
            counts[outcome] += 1
            if outcome == "failed":
                notes.append(f"FAILED {run}: {case.get('name')}: {complaint_of(case)}")
            elif outcome == "skipped":
                notes.append(f"skipped {run}: {case.get('name')}: {reason_of(case)}")
    return counts, notes


def main(records):
    counts, notes = count(records)
    for note in notes:
        print(note)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
