"""A PostgreSQL of this bench's own: Debian's server, a data directory and a socket in one folder, gone afterwards."""
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/15/bin"))


class Postgres:
    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="peerlab-bench-pg-"))
        shutil.chown(self.folder, "postgres")
        self.as_postgres(BINARIES / "initdb", "-D", self.folder / "data", "-A", "trust", "-E", "UTF8", "--no-locale")
        self.as_postgres(BINARIES / "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o",
                         f"-k {self.folder} -c listen_addresses=''", "start")
        self.as_postgres(BINARIES / "createdb", "-h", self.folder, "peerlab")
        self.url = f"postgresql:///peerlab?host={self.folder}&user=postgres"
        return self

    def __exit__(self, *_):
        self.as_postgres(BINARIES / "pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "stop")
        shutil.rmtree(self.folder)

    def as_postgres(self, *command):
        """PostgreSQL refuses to be root."""
        who = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        ran = subprocess.run([*who, *command], capture_output=True, text=True, cwd="/", stdin=subprocess.DEVNULL)
        if ran.returncode != 0:
            raise RuntimeError(f"{command[0].name}: {ran.stdout[-500:]} {ran.stderr[-500:]}")
        return ran.stdout

    def say(self, sql):
        self.as_postgres(BINARIES / "psql", "-h", self.folder, "-q", "-v", "ON_ERROR_STOP=1", "-d", "peerlab", "-c", sql)

    def fill(self, count, last_network):
        """Leases of members who were forgotten, from the pool's end downwards; what so large a load leaves to do is done."""
        held = f"SELECT md5(i::text) || md5(-i || '') AS holder, {last_network} - i AS network FROM generate_series(1, {count}) i"
        window = "extract(epoch FROM now())::bigint, extract(epoch FROM now())::bigint + 86400"
        self.say(f"""
            INSERT INTO assignments (holder, sealed_subject, asn, since)
            SELECT holder, '', 4100000000 + {last_network} - network, 0 FROM ({held}) held;
            INSERT INTO leases (network, holder, begin_time, end_time) SELECT network, holder, {window} FROM ({held}) held;
            INSERT INTO used_prefixes (network, free_from, last_holder)
            SELECT network, end_time, holder FROM leases ON CONFLICT DO NOTHING;""")
        for tidy in ("VACUUM ANALYZE", "CHECKPOINT"):
            self.as_postgres(BINARIES / "psql", "-h", self.folder, "-q", "-v", "ON_ERROR_STOP=1", "-d", "peerlab", "-c", tidy)

    def pgbench(self, seconds):
        """What the database itself can do on these cores: reads, and small writes."""
        common = ["-h", self.folder, "-M", "prepared", "-c", "16", "-j", "2", "-T", str(seconds)]
        self.as_postgres(BINARIES / "pgbench", "-h", self.folder, "-i", "-q", "-s", "10", "peerlab")
        rates = {}
        for kind in ("-S", "-N"):
            text = self.as_postgres(BINARIES / "pgbench", *common, kind, "peerlab")
            rates[kind] = float(re.search(r"tps = ([\d.]+)", text)[1])
        return rates
