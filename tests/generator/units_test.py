#!/usr/bin/env python3
"""The systemd units of deploy/ixp: systemd itself reads them, and they keep what README.md promises."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

UNITS, PROGRAM = pathlib.Path(sys.argv.pop(1)), sys.argv.pop(1)
SERVICE, TIMER = UNITS / "peerlab-bird-config.service", UNITS / "peerlab-bird-config.timer"
WATCH = UNITS / "peerlab-bird-config-watch.service"
EXPOSURE_MOST = 20  # of 100: systemd's own measure of what a service that is taken over could still do


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=50, check=False)


def values(unit, key):
    joined = unit.read_text().replace("\\\n", " ")
    return re.findall(rf"^{key}=(.*)$", joined, re.MULTILINE)


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for unit in (SERVICE, TIMER, WATCH):
            # The program is not installed where this runs.
            text = unit.read_text().replace("/usr/bin/peerlab-bird-config", shutil.which("true"))
            (pathlib.Path(self.folder.name) / unit.name).write_text(text)

    def test_systemd_reads_each_without_a_word(self):
        for unit in (SERVICE, TIMER, WATCH):
            result = analyze("verify", "--man=no", f"{self.folder.name}/{unit.name}")
            about_ours = [line for line in result.stderr.splitlines() if "peerlab" in line]
            self.assertEqual(about_ours, [])
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_service_that_is_taken_over_can_do_little(self):
        for unit in (SERVICE, WATCH):
            result = analyze("security", "--offline=true", f"--threshold={EXPOSURE_MOST}", f"{self.folder.name}/{unit.name}")
            self.assertEqual(result.returncode, 0, result.stdout[-600:] + result.stderr)

    def test_the_two_services_differ_in_how_long_they_run_and_in_nothing_else(self):
        keys = ("User", "SupplementaryGroups", "StateDirectory", "EnvironmentFile", "LoadCredential", "CapabilityBoundingSet",
                "ProtectSystem", "SystemCallFilter", "MemoryDenyWriteExecute")
        for key in keys:
            self.assertEqual(values(SERVICE, key), values(WATCH, key))
        (families,) = values(SERVICE, "RestrictAddressFamilies")
        self.assertEqual(values(WATCH, "RestrictAddressFamilies"), [families + " AF_NETLINK"])  # it looks at send queues
        (single,), (watch,) = values(SERVICE, "ExecStart"), values(WATCH, "ExecStart")
        self.assertEqual(watch.replace(" --watch", ""), single)
        self.assertEqual(values(WATCH, "Type"), ["notify"])
        self.assertEqual(values(WATCH, "Conflicts"), [TIMER.name])

    def test_the_timer_fires_every_minute_to_the_second(self):
        self.assertEqual(values(TIMER, "OnCalendar"), ["minutely"])
        self.assertEqual(values(TIMER, "AccuracySec"), ["1s"])
        self.assertEqual(analyze("calendar", "minutely").returncode, 0)

    def test_no_secret_stands_on_the_command_line(self):
        (command,) = values(SERVICE, "ExecStart")
        self.assertNotRegex(command, r"-key[ =]")
        self.assertEqual(len(re.findall(r"-key-file %d/", command)), 2)
        self.assertEqual(len(values(SERVICE, "LoadCredential")), 2)

    def test_the_program_knows_every_flag_of_the_command_line(self):
        (command,) = values(WATCH, "ExecStart")
        known = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=20, check=True).stdout
        for flag in re.findall(r"--[a-z-]+", command):
            self.assertRegex(known, rf"{flag}\b")

    def test_the_readme_explains_every_exit_code_of_the_program(self):
        usage = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=20, check=True).stdout
        codes = re.findall(r"\b(\d) [A-Za-z]", usage.split("Exit codes:")[1])
        table = re.findall(r"^\| (\d) \|", (UNITS / "README.md").read_text(), re.MULTILINE)
        self.assertEqual(sorted(codes), sorted(table))


if __name__ == "__main__":
    if shutil.which("systemd-analyze") is None:
        print("SKIP: needs systemd-analyze")
        sys.exit(77)
    unittest.main()
