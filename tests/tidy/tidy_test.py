"""Every rule goes red on a small bad sample and stays green on its good twin."""
import re
import shutil
import tempfile
import unittest
from pathlib import Path

import source_text
from rules import RULES, Tree

LAYERS = "base:\ndomain: base\nledger: domain base\nledger/sqlite: ledger domain base\n"
LONG_BODY = "  step();\n" * 59

# rule: (path, bad text, good text)
SAMPLES = {
    "every_include_follows_an_allowed_arrow": (
        "src/domain/a.cc", '#include "ledger/ledger.h"\n', '#include "base/text.h"\n'),
    "files_have_at_most_500_lines": ("src/domain/a.cc", "\n" * 501, "\n" * 500),
    "the_median_file_is_at_most_120_lines_and_nine_of_ten_300": ("src/domain/a.cc", "\n" * 121, "\n" * 120),
    "functions_have_at_most_60_lines": ("src/domain/a.cc", f"int f() {{\n{LONG_BODY}}}\n", f"int f() {{\n{LONG_BODY[:-10]}}}\n"),
    "mains_have_at_most_60_lines": ("apps/a/main.cc", "\n" * 61, "\n" * 60),
    "headers_are_included_once": ("src/domain/a.h", "int f();\n", "#pragma once\nint f();\n"),
    "every_relative_link_is_alive": ("docs/a.md", "[b](../gone.md)\n", "[b](a.md#top) `[c](not-a-link)`\n"),
    "systemd_accepts_every_unit": (
        "deploy/a.service", "[Service]\nExecStart=relative\n",
        (Path(__file__).parents[2] / "deploy/ixp/peerlab-bird-config.service").read_text()),
    "clang_format_changes_nothing": ("src/domain/a.cc", "int  f( ) ;\n", "int f();\n"),
    "time_is_an_argument": (
        "src/domain/a.cc", "auto t = std::chrono::system_clock::now();\n", '// system_clock::now\nauto s = "system_clock::now";\n'),
    "sql_does_not_read_the_clock": ("schema/1.sql", "INSERT INTO lease VALUES (now());\n", "INSERT INTO lease VALUES (?1);\n"),
    "sql_names_its_columns": ("src/ledger/a.cc", 'query("select * from lease");\n', 'query("select count(*) from lease");\n'),
    "headers_open_no_namespace": ("src/domain/a.h", "using namespace std;\n", "using std::string;\n"),
    "nothing_is_left_marked_as_unfinished": ("src/domain/a.cc", "// TODO: later\n", "// mkstemp wants XXXXXX\n"),
    "types_are_named_for_what_they_are": (
        "src/domain/a.h", "struct LeaseManager {\n};\n", "struct Lease {\n};\nenum class LogLevel { Info };\n"),
    "only_programs_that_talk_to_people_print": ("src/domain/a.cc", 'std::cout << "x";\n', 'out << "x";\n'),
    "coroutines_stay_in_http": ("src/gateway/a.cc", "co_await f();\n", "f();\n"),
    "a_silenced_check_says_why": (
        "src/domain/a.cc", "int x;  // NOLINT\n", "int x;  // NOLINT(bugprone-x): the C library wants it\n"),
    "no_machine_is_named": ("docs/a.md", "see /" + "work/main\n", "see docs/work/main and $HOME\n"),
}


def findings(rule, path, text):
    with tempfile.TemporaryDirectory() as folder:
        files = {"cmake/layers.txt": LAYERS, path: text}
        for name, content in files.items():
            Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, name).write_text(content)
        return list(RULES[rule](Tree(Path(folder), tuple(files))))


class EveryRule(unittest.TestCase):
    def test_has_a_sample(self):
        self.assertEqual(set(RULES), set(SAMPLES))

    def test_goes_red_on_its_bad_sample_and_not_on_the_good_one(self):
        for rule, (path, bad, good) in SAMPLES.items():
            tool = {"clang_format_changes_nothing": "clang-format-14", "systemd_accepts_every_unit": "systemd-analyze"}.get(rule)
            if tool and shutil.which(tool) is None:
                print(f"not shown for {rule}: {tool} is not installed")
                continue
            with self.subTest(rule):
                self.assertTrue(findings(rule, path, bad), "stayed green on the bad sample")
                self.assertEqual(findings(rule, path, good), [])


class Arrows(unittest.TestCase):
    RULE = "every_include_follows_an_allowed_arrow"

    def test_a_back_end_may_use_its_port_and_not_the_other_way_round(self):
        self.assertEqual(findings(self.RULE, "src/ledger/sqlite/a.cc", '#include "ledger/ledger.h"\n'), [])
        self.assertTrue(findings(self.RULE, "src/ledger/a.cc", '#include "ledger/sqlite/store.h"\n'))

    def test_only_a_test_may_use_what_tests_share(self):
        shared = '#include "tests/support/a.h"\n'
        self.assertEqual(findings(self.RULE, "src/domain/a_test.cc", shared), [])
        self.assertTrue(findings(self.RULE, "src/domain/a.cc", shared))

    def test_a_room_that_nobody_declared_is_refused(self):
        self.assertTrue(findings(self.RULE, "src/utils/a.cc", "int x;\n"))

    def test_an_include_from_the_own_folder_without_its_room_is_refused(self):
        self.assertTrue(findings(self.RULE, "src/domain/a.cc", '#include "b.h"\n'))


class FunctionSizes(unittest.TestCase):
    def sizes(self, text):
        return [size for _, size in source_text.functions(text)]

    def test_constructors_with_brace_initialisers_count_with_their_body(self):
        self.assertEqual(max(self.sizes("A::A(int b) : b_{b}, c_{1} {\n  f();\n  g();\n}\n")), 4)

    def test_tables_classes_and_namespaces_are_no_functions(self):
        self.assertEqual(self.sizes("namespace a {\nconst int t[] = {\n1,\n2};\nstruct B {\nint c;\n};\nenum class E {\nX };\n}\n"), [])

    def test_methods_templates_and_lambdas_are(self):
        text = "struct A {\n  int f() const {\n    return 1;\n  }\n};\ntemplate <class T>\nT g(struct stat s) {\n  return {};\n}\n"
        self.assertEqual(self.sizes(text), [3, 4])

    def test_braces_in_literals_comments_and_macros_do_not_count(self):
        text = '#define M(x) {\nvoid f() {\n  auto s = "{"; char c = \'{\'; /* { */ // {\n  auto r = R"T({{{)T";\n}\nvoid g() {\n}\n'
        self.assertEqual(self.sizes(text), [4, 2])

    def test_digit_separators_open_no_literal(self):
        self.assertEqual(self.sizes("int f() {\n  return 1'000'000;\n}\nint g() {\n  return '}';\n}\n"), [3, 3])


class LineNumbers(unittest.TestCase):
    def test_point_at_the_line_of_the_word(self):
        (found,) = findings("headers_open_no_namespace", "src/domain/a.h", "/* a\nb */\nusing namespace std;\n")
        self.assertTrue(re.match(r"src/domain/a.h:3:", found), found)


if __name__ == "__main__":
    unittest.main()
