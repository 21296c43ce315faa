#!/usr/bin/env python3
"""deploy's units on a machine that has booted, installed by the very commands that the pages tell an operator.  Needs root and
systemd-nspawn."""
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import sys
import unittest

from booted_machine import BootedMachine, Unit, until

SOURCE, PROGRAMS = pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
PAGE = SOURCE / "docs/operating-gateway.md"
SITE = """name = "ixpfra01"
asn = 64500
router_id = "100.64.0.1"
overlay_ipv4 = "100.64.0.1"
overlay_ipv6 = "fd7a:115c:a1e0::1"
node_id = 1
pool = ["2001:db8:1000::/36"]
links = false
"""
ALICE = {"name": "alice", "provider_id": "https://issuer.example.org/alice", "hash": hashlib.sha256(b"alice").hexdigest()}


def nodes():
    user = {"id": "1", "name": "alice", "email": "", "providerId": ALICE["provider_id"], "provider": "oidc"}
    node = {"id": "2", "ipAddresses": ["100.64.0.2", "fd7a:115c:a1e0::2"], "name": "alice", "user": user, "tags": []}
    return json.dumps({"nodes": [node]})


def mappings():
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    lease = {"prefix": "2001:db8:1000::/48", "start_time": now.isoformat(), "end_time": (now + datetime.timedelta(hours=4)).isoformat()}
    return json.dumps({"mappings": [{
        "user_hash": ALICE["hash"], "user_id": ALICE["name"], "email": None, "asn": 65000, "prefixes": [lease["prefix"]],
        "provider_id": ALICE["provider_id"], "overlay_user_ids": [], "leases": [lease]}]})


MACHINE = None


def setUpModule():
    global MACHINE
    MACHINE = BootedMachine()
    unittest.addModuleCleanup(MACHINE.close)
    for name in ("gateway", "ixp"):
        shutil.copytree(SOURCE / "deploy" / name, MACHINE.root / "srv" / name)
    for program, folder in (("peerlab-gateway", "gateway"), ("peerlab-bird-config", "ixp")):
        shutil.copy(PROGRAMS / program, MACHINE.root / "srv" / folder)
    shutil.copy(PAGE, MACHINE.root / "srv/gateway")
    install(PAGE, "## Install on Debian 12", "/srv/gateway")
    MACHINE.run("mkdir -m 700 /backup")


def install(page, heading, folder):
    """As the page says below the heading; Debian's packages are here, nobody looks, and nobody types a password."""
    block = re.search(r"```\n(.*?)```", page.read_text().split(heading + "\n")[1], re.DOTALL)[1]
    block = re.sub(r"^apt-get install (.*\\\n)*.*\n| && systemctl status .*$| --pwprompt", "", block, flags=re.MULTILINE)
    MACHINE.run(block.replace("sudo -u postgres", "runuser -u postgres --"), folder=folder)


def back_up_and_restore(backup, damage, restore):
    """The page's lines that begin so."""
    lines = PAGE.read_text().split("## Backup and restore\n")[1].split("\n## ")[0].splitlines()

    def said(beginnings):
        return "\n".join(line for line in lines if line.startswith(beginnings)).replace("sudo -u postgres", "runuser -u postgres --")

    MACHINE.run("umask 077\n" + said(backup))
    MACHINE.run(f"systemctl stop peerlab-gateway\n{damage}")
    MACHINE.run(said(restore) + "\nsystemctl start peerlab-gateway")


class Gateway(unittest.TestCase):
    def setUp(self):
        self.unit = Unit(MACHINE, "peerlab-gateway")
        if not self.unit.is_active():
            MACHINE.run("systemctl restart peerlab-gateway")

    def test_it_runs_and_its_journal_is_made_of_structured_lines(self):
        self.assertIn("active (running)", MACHINE.run("systemctl status peerlab-gateway"))
        own = [line for line in self.unit.journal().splitlines() if line.startswith("{")]
        self.assertIn('"message":"listening"', "".join(own))
        self.assertEqual(MACHINE.run("systemctl is-enabled peerlab-gateway").strip(), "enabled")

    def test_it_can_do_little_else(self):
        status = dict(line.split(":\t", 1) for line in MACHINE.run(f"cat /proc/{self.unit.pid()}/status").splitlines() if ":\t" in line)
        self.assertEqual((status["CapEff"], status["CapBnd"], status["NoNewPrivs"], status["Seccomp"]), ("0" * 16, "0" * 16, "1", "2"))
        self.assertNotIn("0", status["Uid"].split())
        inside = f"nsenter --target={self.unit.pid()} --mount "
        for place in ("/usr", "/etc", "/var/lib"):
            self.assertIn("Read-only", MACHINE.run(f"{inside} touch {place}/x 2>&1 || true"))
        MACHINE.put("/home/somebody/letter", "")
        self.assertEqual(MACHINE.run(f"{inside} ls -A /home"), "")

    def test_its_secrets_are_its_own(self):
        self.assertEqual(MACHINE.run("stat --format='%a %U' /var/lib/peerlab-gateway /var/lib/peerlab-gateway/seal.key").split("\n")[:2],
                         ["700 peerlab-gateway", "600 peerlab-gateway"])
        self.assertEqual(MACHINE.run("stat --format='%a %U' /etc/peerlab/agent-keys").strip(), "600 root")
        credential = "/run/credentials/peerlab-gateway.service/agent-keys"
        MACHINE.run(f"setpriv --reuid=peerlab-gateway --clear-groups test -r {credential}")
        MACHINE.run(f"! setpriv --reuid=nobody --clear-groups test -r {credential}")
        self.assertEqual(MACHINE.run("curl -s -o /dev/null -w '%{http_code}' -H \"Authorization: Bearer $(cat /etc/peerlab/agent-keys)\" "
                                     "http://127.0.0.1:8080/service/mappings"), "200")

    def test_it_ends_at_once_and_well(self):
        MACHINE.run("systemctl stop peerlab-gateway")
        self.assertEqual((self.unit.property("Result"), self.unit.property("ExecMainStatus")), ("success", "0"))
        self.assertIn('"message":"stopped"', self.unit.journal())

    def test_killed_it_is_started_again(self):
        old = self.unit.pid()
        MACHINE.run(f"kill -KILL {old}")
        self.unit.becomes_another(old)

    def test_hanging_it_is_started_again(self):
        self.assertEqual(self.unit.property("WatchdogUSec"), "1min")
        drop_in = "/etc/systemd/system/peerlab-gateway.service.d/soon.conf"
        MACHINE.put(drop_in, "[Service]\nWatchdogSec=2s\n")
        MACHINE.run("systemctl daemon-reload; systemctl restart peerlab-gateway")
        old = self.unit.pid()
        MACHINE.run(f"kill -STOP {old}")
        self.unit.becomes_another(old)
        self.assertIn("Watchdog timeout", self.unit.journal())
        MACHINE.run(f"rm {drop_in}; systemctl daemon-reload; systemctl restart peerlab-gateway")

    def test_what_passes_is_waited_for_however_often_it_is_tried(self):
        MACHINE.run("mv /etc/peerlab/agent-keys /etc/peerlab/gone")
        MACHINE.run("for i in 1 2 3 4 5 6 7; do systemctl restart peerlab-gateway || true; done")
        MACHINE.run("mv /etc/peerlab/gone /etc/peerlab/agent-keys")
        until(self.unit.is_active, "the gateway started again")

    def test_wrong_settings_are_not_tried_again(self):
        MACHINE.run("sed -i.right s/^issuer/isuer/ /etc/peerlab/gateway.toml; systemctl restart peerlab-gateway || true")
        until(lambda: self.unit.property("SubState") == "failed", "the gateway given up")
        self.assertEqual((self.unit.property("ExecMainStatus"), self.unit.property("NRestarts")), ("2", "0"))
        self.assertIn("did you mean issuer?", self.unit.journal())
        MACHINE.run("mv /etc/peerlab/gateway.toml.right /etc/peerlab/gateway.toml")

    def test_a_backup_brings_the_ledger_back(self):
        export = "peerlab-gateway export --database-url sqlite:/var/lib/peerlab-gateway/peerlab.db"
        before = MACHINE.run(export)
        back_up_and_restore("sqlite3 ", "truncate --size=100 /var/lib/peerlab-gateway/peerlab.db", ("install -o peerlab-gateway", "rm -f "))
        self.assertEqual(MACHINE.run(export), before)
        self.assertEqual(MACHINE.run("find /var/lib/peerlab-gateway ! -user peerlab-gateway -o -perm /077"), "")

    def test_the_directorys_secret_is_handed_over_too(self):
        MACHINE.put("/etc/peerlab/auth0-secret", "a-secret", 0o600)
        drop_ins = "/etc/systemd/system/peerlab-gateway.service.d"
        MACHINE.put(f"{drop_ins}/tenant.conf", "[Service]\nEnvironment=PEERLAB_GATEWAY_AUTH0_MANAGEMENT_API=http://127.0.0.1:9\n"
                                               "Environment=PEERLAB_GATEWAY_AUTH0_M2M_APP_ID=app\n")
        MACHINE.run(f"install -D -m 644 -t {drop_ins} peerlab-gateway.service.d/emails.conf; systemctl daemon-reload; "
                    "systemctl restart peerlab-gateway", folder="/srv/gateway")
        self.assertIn('"email_directory":"http://127.0.0.1:9"', self.unit.journal())
        MACHINE.run(f"rm {drop_ins}/tenant.conf {drop_ins}/emails.conf; systemctl daemon-reload; systemctl restart peerlab-gateway")

    def test_an_upgrade_is_another_program_on_the_same_ledger(self):
        old, ledger = self.unit.pid(), MACHINE.run("stat --format=%i /var/lib/peerlab-gateway/peerlab.db")
        MACHINE.run("install -m 755 peerlab-gateway /usr/bin/ && systemctl restart peerlab-gateway", folder="/srv/gateway")
        self.assertTrue(self.unit.is_active())
        self.assertNotEqual(self.unit.pid(), old)
        self.assertEqual(MACHINE.run("stat --format=%i /var/lib/peerlab-gateway/peerlab.db"), ledger)


class IxpServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        MACHINE.run("ip address add 100.64.0.1/32 dev lo; ip address add fd7a:115c:a1e0::1/128 dev lo")
        MACHINE.put("/srv/facts/api/v1/node", nodes())
        MACHINE.put("/srv/facts/service/mappings", mappings())
        MACHINE.run("systemd-run --unit=facts python3 -m http.server --directory /srv/facts --bind 127.0.0.1 9002")
        MACHINE.put("/etc/peerlab/site.toml", SITE)
        MACHINE.put("/etc/peerlab/bird-config.env", "PEERLAB_GATEWAY_URL=http://127.0.0.1:9002/service/mappings\n"
                                                    "HEADSCALE_API_URL=http://127.0.0.1:9002/api/v1/node\n")
        for key in ("agent.key", "headscale.key"):
            MACHINE.put(f"/etc/peerlab/{key}", "a-key-of-some-length-0123456789", 0o600)
        install(SOURCE / "deploy/ixp/README.md", "## Install", "/srv/ixp")

    def test_a_single_run_brings_bird_its_policy(self):
        run = Unit(MACHINE, "peerlab-bird-config")
        MACHINE.run("systemctl start peerlab-bird-config")
        self.assertEqual((run.property("Result"), run.property("ExecMainStatus")), ("success", "0"))
        self.assertIn("peerlab_n2", MACHINE.run("birdc show protocols"))
        self.assertIn("2001:db8:1000::/48", MACHINE.run("birdc show route table peerlab_leases"))
        self.assertTrue(Unit(MACHINE, "peerlab-bird-config.timer").is_active())

    def test_what_root_does_by_hand_is_readable_to_the_service(self):
        MACHINE.put("/srv/facts/service/mappings", mappings().replace("1000::", "1001::"))
        MACHINE.run("systemctl start peerlab-bird-config")
        state = "--site /etc/peerlab/site.toml --output-file /var/lib/peerlab/peerlab_generated.conf --state-directory /var/lib/peerlab"
        MACHINE.run(f"peerlab-bird-config rollback {state}")
        self.assertIn("2001:db8:1000::/48", MACHINE.run("birdc show route table peerlab_leases"))
        self.assertEqual(MACHINE.run("find /var/lib/peerlab ! -user peerlab"), "")
        MACHINE.run("systemctl start peerlab-bird-config")
        self.assertIn("2001:db8:1001::/48", MACHINE.run("birdc show route table peerlab_leases"))
        MACHINE.put("/srv/facts/service/mappings", mappings())

    def test_watching_takes_the_timers_place_and_comes_back(self):
        MACHINE.run("install -m 644 peerlab-bird-config-watch.service /etc/systemd/system/ && systemctl daemon-reload "
                    "&& systemctl enable --now peerlab-bird-config-watch", folder="/srv/ixp")
        watch = Unit(MACHINE, "peerlab-bird-config-watch")
        self.assertFalse(Unit(MACHINE, "peerlab-bird-config.timer").is_active())
        status = MACHINE.run(f"cat /proc/{watch.pid()}/status")
        self.assertIn("CapEff:\t" + "0" * 16, status)
        self.assertIn("Seccomp:\t2", status)
        old = watch.pid()
        MACHINE.run(f"kill -KILL {old}")
        watch.becomes_another(old)
        until(lambda: "peerlab_n2" in MACHINE.run("birdc show protocols"), "a session in BIRD")
        MACHINE.run("systemctl stop peerlab-bird-config-watch && systemctl start peerlab-bird-config.timer")
        self.assertEqual((watch.property("Result"), watch.property("ExecMainStatus")), ("success", "0"))


class Postgres(unittest.TestCase):
    """On the same machine, as another one: its address is none that PostgreSQL lets in by itself."""

    @classmethod
    def setUpClass(cls):
        MACHINE.run("ip address add 192.0.2.1/32 dev lo; echo 192.0.2.1 db.example.org >>/etc/hosts")
        MACHINE.run("""openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=db.example.org -addext subjectAltName=DNS:db.example.org \
                         -keyout db.key -out db.crt
                       cp db.crt /usr/local/share/ca-certificates/; update-ca-certificates
                       pg_lsclusters --no-header | grep -q '^15 *main ' || pg_createcluster 15 main
                       systemctl stop peerlab-gateway; systemctl start postgresql""", folder="/srv/gateway")
        install(PAGE, "## PostgreSQL", "/srv/gateway")
        MACHINE.run("runuser -u postgres -- psql -c \"ALTER ROLE peerlab PASSWORD 'PASSWORD'\"")
        install(PAGE, "On each gateway: the URL in a file, the seal key that all share, and the drop-in.", "/srv/gateway")

    def sql(self, text):
        return MACHINE.run(f'runuser -u postgres -- psql --quiet --no-align --tuples-only peerlab -c "{text}"').strip()

    def test_the_gateway_is_on_it_by_tls_alone(self):
        self.assertEqual(MACHINE.run("curl -s http://127.0.0.1:8080/health/ledger"), '{"status":"up"}')
        self.assertEqual(self.sql("SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'peerlab'"), "t")

    def test_a_backup_brings_the_ledger_back(self):
        export = "peerlab-gateway export --database-url-file /etc/peerlab/database-url"
        before = MACHINE.run(export)
        back_up_and_restore("sudo -u postgres pg_dump", "runuser -u postgres -- psql peerlab -c 'DROP TABLE leases CASCADE'",
                            ("sudo -u postgres psql", "sudo -u postgres createdb", "sudo -u postgres pg_restore"))
        self.assertEqual(MACHINE.run(export), before)
        self.assertEqual(MACHINE.run("curl -s http://127.0.0.1:8080/health/ledger"), '{"status":"up"}')
        self.assertEqual(self.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"), "peerlab")


if __name__ == "__main__":
    if os.geteuid() != 0 or shutil.which("systemd-nspawn") is None:
        sys.exit(77)
    unittest.main()
