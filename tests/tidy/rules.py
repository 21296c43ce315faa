"""What a machine can check of STYLE.md.  Each rule takes a Tree and returns its findings as sentences; its name is a claim."""
import ast
import re
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import source_text

CPP = (".cc", ".h")
CODE = (".cc", ".h", ".py", ".sh", ".mjs", ".js", ".sql", ".cmake", ".mustache")
OWN = "tests/tidy/"  # samples of what is banned live here


class Skip(Exception):
    """This machine cannot check the rule; the text says why."""


@dataclass(frozen=True)
class Tree:
    root: Path
    paths: tuple

    def ending(self, *suffixes):
        return [path for path in self.paths if path.endswith(suffixes)]

    def read(self, path):
        return _read(self.root / path)


@cache
def _read(path):
    return path.read_text(encoding="utf-8", errors="replace")


# --- structure ---------------------------------------------------------------------------------------------------


def allowed_arrows(tree):
    arrows = {}
    for line in tree.read("cmake/layers.txt").splitlines():
        if found := re.match(r"([a-z_/]+):(.*)", line):
            arrows[found[1]] = set(found[2].split()) | {found[1]}
    return arrows


def room_of(path, rooms):
    """The longest room that holds the path: ledger/sqlite before ledger."""
    return max((room for room in rooms if path.startswith(room + "/")), key=len, default=None)


def every_include_follows_an_allowed_arrow(tree):
    arrows = allowed_arrows(tree)
    for path in tree.ending(*CPP):
        if not path.startswith("src/"):
            continue
        room = room_of(path[4:], arrows)
        if room is None:
            yield f"{path}: its room is not in cmake/layers.txt"
            continue
        for included in re.findall(r'^\s*#\s*include\s+"([^"]+)"', tree.read(path), re.M):
            target = room_of(included, arrows)
            if path.endswith("_test.cc") and included.startswith("tests/support/"):
                continue
            if target is None:
                yield f"{path}: includes \"{included}\", which is in no room: write it from src/ on"
            elif target not in arrows[room]:
                yield f"{path}: {room} may not include {target} ({included}); it may use: {' '.join(sorted(arrows[room]))}"


def files_have_at_most_500_lines(tree):
    for path in tree.ending(".cc", ".h", ".py", ".sh", ".mjs", ".ts", ".vue", ".go") + [p for p in tree.paths if p == "dev"]:
        lines = tree.read(path).count("\n")
        if lines > 500:
            yield f"{path}: {lines} lines; split it by meaning"


def the_median_file_is_at_most_120_lines_and_nine_of_ten_300(tree):
    sizes = sorted(tree.read(path).count("\n") for path in tree.ending(*CPP))
    if not sizes:
        return
    median, most = statistics.median(sizes), sizes[(len(sizes) * 9) // 10 - (len(sizes) % 10 == 0)]
    print(f"{len(sizes)} C++ files: median {median:g} lines, nine of ten at most {most}, largest {sizes[-1]}")
    if median > 120:
        yield f"the median file has {median:g} lines, 120 is the cap"
    if most > 300:
        yield f"one file in ten is longer than {most} lines, 300 is the cap"


def functions_have_at_most_60_lines(tree):
    for path in tree.ending(*CPP):
        for line, size in source_text.functions(tree.read(path)):
            if size > 60:
                yield f"{path}:{line}: a function of {size} lines; name its parts"
    for path in tree.ending(".py"):
        for node in ast.walk(ast.parse(tree.read(path))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 60:
                yield f"{path}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines; name its parts"


def mains_have_at_most_60_lines(tree):
    for path in tree.ending(".cc"):
        if path.startswith("apps/") and (lines := tree.read(path).count("\n")) > 60:
            yield f"{path}: {lines} lines; apps/ holds main() only, move the rest into its room"


def headers_are_included_once(tree):
    for path in tree.ending(".h"):
        if not re.search(r"^#pragma once$", tree.read(path), re.M):
            yield f"{path}: no #pragma once"


# --- words -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ban:
    pattern: str
    suffixes: tuple
    instead: str
    except_in: tuple = ()
    view: callable = source_text.code_only

    def findings(self, tree):
        for path in tree.ending(*self.suffixes):
            if path.startswith(self.except_in + (OWN,)):
                continue
            text = tree.read(path)
            shown = self.view(text) if path.endswith(CPP) else text
            for found in re.finditer(self.pattern, shown):
                yield f"{path}:{source_text.line_of(shown, found.start())}: {found[0]!r}: {self.instead}"


BANS = {
    "time_is_an_argument": Ban(
        r"\bsystem_clock\s*::\s*now", CPP, "take an Instant or a Clock as an argument (STYLE.md 4)", ("src/base/clock.cc",)),
    "sql_does_not_read_the_clock": Ban(
        r"(?i:\bNOW\s*\(\s*\)|\bCURRENT_(TIMESTAMP|TIME|DATE)\b|'now'|\bunixepoch\s*\(\s*\))", (".sql",),
        "bind the instant as a parameter (STYLE.md 4)"),
    "sql_names_its_columns": Ban(
        r"(?i:\bSELECT\s+\*)", (".sql",) + CPP, "name the columns: a new one must not move the others", (),
        source_text.without_comments),
    "headers_open_no_namespace": Ban(
        r"\busing\s+namespace\b", (".h",), "spell the name: a header decides for everybody who includes it"),
    "nothing_is_left_marked_as_unfinished": Ban(
        r"\b(TODO|FIXME|XXX|HACK)\b", CODE + ("dev",), "do it, or file an issue and say what holds today", (), lambda text: text),
    "types_are_named_for_what_they_are": Ban(
        r"\b(class|struct|union|enum(\s+class)?)\s+\w*(Manager|Helper|Util|Utils|Handler|Impl|Data|Info)\b(?!\s*[;*&>])"
        r"|\busing\s+\w*(Manager|Helper|Utils?|Handler|Impl|Data|Info)\s*=", CPP,
        "a noun the operator says (STYLE.md 10)"),
    "only_programs_that_talk_to_people_print": Ban(
        r"\bstd\s*::\s*cout\b", CPP, "return the value, or log(); only cli, lab and apps print",
        ("src/cli/", "src/lab/", "apps/", "tests/", "bench/")),
    "coroutines_stay_in_http": Ban(
        r"\bco_(await|return|yield)\b", CPP, "handlers are plain functions (STYLE.md 12)", ("src/http/",)),
    "a_silenced_check_says_why": Ban(
        r"\bNOLINT(NEXTLINE|BEGIN)?\b(?!\([\w\-, .*]+\): \S)", CPP, "NOLINT(check): reason", (), source_text.comments_only),
    "no_machine_is_named": Ban(
        r"(?<![\w./~$}-])/(work|root)/|https?://[^/\s\"')]*(registry|npmjs|pypi|pythonhosted|crates\.io|proxy\.golang|artifactory|mirror)"
        r"|\"resolved\": *\"http", (), "machine paths and registry hosts differ everywhere: leave them out", (), lambda text: text),
}


def banned(name):
    ban = BANS[name]
    if name == "no_machine_is_named":  # in whatever file
        ban = Ban(ban.pattern, ("",), ban.instead, ban.except_in, ban.view)
    return ban.findings


# --- documents, units, format ------------------------------------------------------------------------------------


def every_relative_link_is_alive(tree):
    known = set(tree.paths) | {str(parent) for path in tree.paths for parent in Path(path).parents}
    for path in tree.ending(".md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", lambda m: re.sub(r"[^\n]", " ", m[0]), tree.read(path), flags=re.S)
        for found in re.finditer(r"\]\(([^)\s]+)\)", text):
            target = found[1].split("#")[0]
            if not target or re.match(r"[a-z]+:", target):
                continue
            resolved = (tree.root / path).parent.joinpath(target).resolve()
            if not resolved.is_relative_to(tree.root.resolve()) or str(resolved.relative_to(tree.root.resolve())) not in known:
                yield f"{path}:{source_text.line_of(text, found.start())}: dead link {found[1]}"


def systemd_accepts_every_unit(tree):
    units = tree.ending(".service", ".timer", ".socket")
    if shutil.which("systemd-analyze") is None:
        raise Skip("systemd-analyze is not installed")
    with tempfile.TemporaryDirectory() as folder:
        for path in units:
            # The programs are not installed where the code is checked: another one stands in for them.
            text = re.sub(r"/usr/bin/peerlab[\w-]*", "/bin/true", tree.read(path))
            Path(folder, Path(path).name).write_text(text)
        for path in units:
            unit = str(Path(folder, Path(path).name))
            yield from _complaints(path, ["systemd-analyze", "verify", "--man=no", unit])
            if path.endswith(".service"):
                yield from _complaints(path, ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit])


def _complaints(path, command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield f"{path}: {' '.join(command[:2])}: {(done.stderr or done.stdout).strip()[-600:]}"


def clang_format_changes_nothing(tree):
    if shutil.which("clang-format-14") is None:
        raise Skip("clang-format-14 is not installed")
    files = tree.ending(*CPP)
    if files:
        done = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *files], cwd=tree.root, capture_output=True, text=True,
                              check=False)
        wrong = sorted(set(re.findall(r"^([^:\n]+):\d+:\d+: error", done.stderr, re.M)))
        yield from (f"{path}: not formatted; run ./dev format" for path in wrong)


RULES = {
    rule.__name__: rule
    for rule in (
        every_include_follows_an_allowed_arrow, files_have_at_most_500_lines,
        the_median_file_is_at_most_120_lines_and_nine_of_ten_300, functions_have_at_most_60_lines, mains_have_at_most_60_lines,
        headers_are_included_once, every_relative_link_is_alive, systemd_accepts_every_unit, clang_format_changes_nothing)
} | {name: banned(name) for name in BANS}
