"""The last line of a run is what others read: it counts every test once and never turns a dead run green."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import count_tests  # noqa: E402  (the path above comes first)

PASSED = '<testcase name="A.Holds" status="run"/>'
FAILED = ('<testcase name="A.Breaks" status="fail"><failure message=""/>'
          "<system-out>[ RUN      ] A.Breaks\na_test.cc:9: Failure</system-out></testcase>")
GTEST_SKIP = ('<testcase name="A.NeedsRoot" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION"/>'
              "<system-out>a_test.cc:7: Skipped\nneeds root\n[  SKIPPED ] A.NeedsRoot</system-out></testcase>")
SCRIPT_SKIP = ('<testcase name="tidy.x" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
               "<system-out>SKIP: no tool\n</system-out></testcase>")
NOT_BUILT = '<testcase name="a_test_NOT_BUILT" status="notrun"><skipped message=""/></testcase>'


def last_lines(*runs, again=None):
    """Exit code and lines for runs of these cases, of which the first was tried `again`."""
    with tempfile.TemporaryDirectory() as folder:
        records = []
        for number, cases in enumerate(runs):
            record = Path(folder, str(number), "tests.xml")
            if cases is not None:
                record.parent.mkdir()
                record.write_text(f"<testsuite>{cases}</testsuite>")
            records.append(str(record))
        if again is not None:
            Path(folder, "0", "again.xml").write_text(f"<testsuite>{again}</testsuite>")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = count_tests.main(records)
        return code, out.getvalue().strip().splitlines()


class TheLastLine(unittest.TestCase):
    def test_sums_all_runs(self):
        code, lines = last_lines(PASSED + SCRIPT_SKIP, PASSED)
        self.assertEqual((code, lines[-1]), (0, "2 passed, 0 failed, 1 skipped"))

    def test_comes_after_each_skip_with_its_reason(self):
        _, lines = last_lines(PASSED + GTEST_SKIP + SCRIPT_SKIP)
        self.assertEqual(lines[:2], ["skipped 0: A.NeedsRoot: needs root", "skipped 0: tidy.x: no tool"])

    def test_is_red_for_a_failure_and_for_a_program_that_was_not_built(self):
        self.assertEqual(last_lines(PASSED + FAILED)[0], 1)
        self.assertEqual(last_lines(PASSED + NOT_BUILT)[0], 1)

    def test_names_what_passed_only_alone_with_its_first_complaint(self):
        code, lines = last_lines(PASSED + FAILED, again=PASSED.replace("Holds", "Breaks"))
        self.assertEqual((code, lines[-1]), (0, "2 passed, 0 failed, 0 skipped"))
        self.assertEqual(lines[:2], ["unsteady 0: A.Breaks failed beside others and passed alone: ", "    a_test.cc:9: Failure"])

    def test_is_red_for_what_failed_again_and_says_its_complaint(self):
        code, lines = last_lines(FAILED, PASSED, again=FAILED)
        self.assertEqual((code, lines[:2]), (1, ["FAILED 0: A.Breaks: ", "    a_test.cc:9: Failure"]))

    def test_is_red_when_a_run_left_no_record_or_ran_nothing(self):
        self.assertEqual(last_lines(PASSED, None)[0], 1)
        self.assertEqual(last_lines(GTEST_SKIP)[0], 1)


if __name__ == "__main__":
    unittest.main()
