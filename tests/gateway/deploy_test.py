#!/usr/bin/env python3
"""deploy/gateway: systemd and Caddy read it, no secret has a place in it, and its parts fit each other and the program."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

FOLDER, PROGRAM = pathlib.Path(sys.argv.pop(1)), sys.argv.pop(1)
UNIT = FOLDER / "peerlab-gateway.service"
DROP_INS = sorted((FOLDER / "peerlab-gateway.service.d").glob("*.conf"))
EXPOSURE_MOST = 15  # of 100: systemd's own measure of what a service that is taken over could still do
SECRETS = {"database-url", "database-password", "seal.key", "agent-keys"}


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False, **options)


def values(file, key):
    return re.findall(rf"^{key}=(.*)$", file.read_text(), re.MULTILINE)


def known_flags():
    return set(re.findall(r"--[a-z0-9-]+", run(PROGRAM, "--help").stdout))


@unittest.skipIf(shutil.which("systemd-analyze") is None, "needs systemd-analyze")
class Unit(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.unit = pathlib.Path(folder.name) / UNIT.name
        # The program is not installed where this runs.
        self.unit.write_text(UNIT.read_text().replace("/usr/bin/peerlab-gateway", shutil.which("true")))
        shutil.copytree(FOLDER / "peerlab-gateway.service.d", f"{self.unit}.d")

    def test_systemd_reads_it_with_its_drop_ins_without_a_word(self):
        result = run("systemd-analyze", "verify", "--man=no", str(self.unit))
        self.assertEqual([line for line in result.stderr.splitlines() if "peerlab" in line], [])
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_gateway_that_is_taken_over_can_do_little(self):
        result = run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MOST}", str(self.unit))
        self.assertEqual(result.returncode, 0, result.stdout[-600:] + result.stderr)

    def test_the_readme_has_systemds_measure_of_every_unit(self):
        for readme in (FOLDER / "README.md", FOLDER.parent / "ixp/README.md"):
            for unit in readme.parent.glob("*.service"):
                score = re.search(r"level for \S+: (\d+\.\d)", run("systemd-analyze", "security", "--offline=true", str(unit)).stdout)
                self.assertIn(f"| `{unit.name}` | {score[1]} |", readme.read_text())


class Promises(unittest.TestCase):
    def test_every_setting_that_is_named_is_one(self):
        flags = known_flags()
        text = "".join(file.read_text() for file in (UNIT, *DROP_INS, FOLDER / "compose.yml"))
        named = set(re.findall(r"PEERLAB_GATEWAY_([A-Z0-9_]+)", text))
        self.assertGreaterEqual(len(named), 6)
        for name in named:
            self.assertIn("--" + name.lower().replace("_", "-"), flags)
        for flag in re.findall(r"--[a-z-]+", values(UNIT, "ExecStart")[0]):
            self.assertIn(flag, flags)

    def test_descriptors_suffice_for_the_connections_by_default(self):
        connections = int(re.search(r"--connections-max.*?\[(\d+)\]", run(PROGRAM, "--help").stdout, re.DOTALL)[1])
        self.assertGreaterEqual(int(values(UNIT, "LimitNOFILE")[0]), connections + 256)
        compose = yaml.safe_load((FOLDER / "compose.yml").read_text())
        self.assertGreaterEqual(compose["services"]["gateway1"]["ulimits"]["nofile"], connections + 256)

    def test_what_is_always_started_again_is_never_given_up(self):
        # By default five starts in ten seconds, whoever asked for them, are the last.
        for unit in (*FOLDER.glob("*.service"), *(FOLDER.parent / "ixp").glob("*.service")):
            if values(unit, "Restart") == ["always"]:
                self.assertEqual(values(unit, "StartLimitIntervalSec"), ["0"], unit.name)

    def test_the_page_and_the_image_install_the_same_libraries(self):
        page = (FOLDER.parents[1] / "docs/operating-gateway.md").read_text()
        installed = [set(re.findall(r" (lib[a-z0-9.-]+)", re.search(r"apt-get install .*?(\n[^ ]|&&)", text, re.DOTALL)[0]))
                     for text in (page, (FOLDER / "Dockerfile").read_text().split("FROM ")[-1])]
        self.assertGreater(len(installed[0]), 8)
        self.assertEqual(installed[0], installed[1])

    def test_secrets_are_files_that_systemd_and_compose_hand_over(self):
        credentials = {name for file in (UNIT, *DROP_INS) for name in values(file, "LoadCredential")}
        self.assertEqual({name.split(":")[0] for name in credentials}, {"agent-keys", "database-url", "seal.key", "auth0-secret"})
        for file in (UNIT, *DROP_INS, FOLDER / "compose.yml"):
            self.assertNotRegex(file.read_text(), r"(AGENT_KEY|DATABASE_URL|APP_SECRET|PASSWORD)\b *[=:]")
        compose = yaml.safe_load((FOLDER / "compose.yml").read_text())
        self.assertEqual(set(compose["secrets"]), SECRETS)


class Compose(unittest.TestCase):
    def setUp(self):
        self.services = yaml.safe_load((FOLDER / "compose.yml").read_text())["services"]
        self.gateways = {name: each for name, each in self.services.items() if name.startswith("gateway")}

    def test_caddy_knows_every_gateway_and_each_takes_its_word_alone(self):
        caddy = self.services["caddy"]
        self.assertEqual(caddy["environment"]["PEERLAB_GATEWAYS"].split(), [f"{name}:8080" for name in sorted(self.gateways)])
        for gateway in self.gateways.values():
            self.assertEqual(gateway["environment"]["PEERLAB_GATEWAY_TRUSTED_PROXY"], caddy["networks"]["front"]["ipv4_address"])

    def test_only_caddy_is_reached_from_outside(self):
        self.assertEqual([name for name, each in self.services.items() if "ports" in each], ["caddy"])
        self.assertEqual(self.services["postgresql"]["networks"], ["back"])
        self.assertNotIn("back", self.services["caddy"]["networks"])

    def test_the_image_runs_as_nobody_who_may_do_anything(self):
        self.assertRegex((FOLDER / "Dockerfile").read_text(), r"(?m)^USER peerlab-gateway$")
        for gateway in self.gateways.values():
            self.assertTrue(gateway["read_only"])
            self.assertEqual(gateway["cap_drop"], ["ALL"])


@unittest.skipIf(shutil.which("objdump") is None or shutil.which("dpkg") is None, "needs objdump and dpkg")
class Image(unittest.TestCase):
    def test_it_has_every_library_that_the_program_is_linked_to(self):
        needed = re.findall(r"NEEDED +(\S+)", run("objdump", "-p", PROGRAM).stdout)
        owners = run("dpkg", "-S", *(f"*-linux-gnu/{name}" for name in needed)).stdout
        packages = {line.split(":")[0] for line in owners.splitlines()}
        installed = set(re.findall(r"[\w.+-]+", (FOLDER / "Dockerfile").read_text().split("FROM")[2]))
        self.assertGreater(len(packages), 8)
        self.assertEqual(packages - installed - {"libc6", "libgcc-s1", "libstdc++6"}, set())  # the last three come with apt


@unittest.skipIf(shutil.which("caddy") is None, "needs caddy (Debian's package caddy)")
class Caddyfile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.options = {"env": {"PATH": "/usr/bin:/bin", "HOME": folder.name, "PEERLAB_SITE": "peerlab.example.org",
                                "PEERLAB_GATEWAYS": "192.0.2.1:8080 192.0.2.2:8080 192.0.2.3:8080"}}

    def test_caddy_takes_it_with_one_gateway_and_with_three(self):
        for environment in (self.options["env"], {"PATH": "/usr/bin:/bin", "HOME": self.options["env"]["HOME"]}):
            result = run("caddy", "validate", "--adapter", "caddyfile", "--config", str(FOLDER / "Caddyfile"), env=environment)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertNotIn('"level":"warn"', result.stderr)

    def test_it_asks_three_gateways_and_sends_nothing_twice_that_writes(self):
        adapted = json.loads(run("caddy", "adapt", "--adapter", "caddyfile", "--config", str(FOLDER / "Caddyfile"), **self.options).stdout)
        proxies = []

        def find(node):
            if isinstance(node, dict):
                proxies.extend([node] if node.get("handler") == "reverse_proxy" else [])
            for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
                find(child)

        find(adapted)
        (proxy,) = proxies
        self.assertEqual([each["dial"] for each in proxy["upstreams"]], ["192.0.2.1:8080", "192.0.2.2:8080", "192.0.2.3:8080"])
        self.assertEqual(proxy["health_checks"]["active"]["uri"], "/health/ready")
        self.assertNotIn("retry_match", proxy["load_balancing"])  # Caddy's own: GET alone


if __name__ == "__main__":
    unittest.main()
