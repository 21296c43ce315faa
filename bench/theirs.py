"""The existing gateway (COMPAT.md), for a bench that measures it beside ours: its figures as recorded, and the program itself."""
import socket
import subprocess
import time

import core

# COMPAT.md 6: on another machine with two cores, PostgreSQL 15; name, connections: requests/s, p50 and p99 in ms.
_RECORDED = {
    "info": {1: (2658, 0.37, 1.4), 16: (7160, 2.1, 5.2), 64: (6904, 8.8, 19.6)},
    "ASN asked again": {1: (4304, 0.24, 0.6), 16: (10502, 1.4, 4.1), 64: (10512, 5.8, 13.7)},
    "mapping by hash": {1: (2661, 0.38, 1.0), 16: (8462, 1.7, 4.5), 64: (6911, 9.0, 17)},
    "mappings of 100 members": {16: (198, 78, 113)},
    "mappings of 1,000 members": {16: (22, 670, 760), 64: (13, 2700, 2800)},
    "404": {16: (102000, 0.1, 3.1)},
}
RECORDED = {f"{name}, {connections}, {what}": value for name, runs in _RECORDED.items() for connections, run in runs.items()
            for what, value in zip(("requests/s", "p50", "p99"), run)} | {"memory before": 11, "memory after that": 190}

_FIRST_ASN = 65000  # it takes no more than 31 bits, and facts.FIRST_ASN is beyond
# As many leases a member as core.Gateway allows; there only SQL can say so.
_ALLOW = "ALTER TABLE user_asn_mappings ALTER COLUMN max_leases SET DEFAULT 8"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """Their program as it is, told only what it must be; as core.Gateway where a bench needs no more."""

    def __init__(self, program, folder, directory, database):
        self.program, self.folder, self.directory, self.database = program, folder, directory, database
        self.port, self.process = free_port(), None

    def start(self):
        pool = self.folder / "prefixes.txt"
        pool.write_text("".join(f"3fff:100:{number:x}::/48\n" for number in range(2000)))
        flags = {"address": f"127.0.0.1:{self.port}", "database-url": self.database.url, "prefix-pool-file": pool,
                 "asn-pool-start": _FIRST_ASN, "asn-pool-end": _FIRST_ASN + 9999, "agent-key": core.AGENT_KEY,
                 "auth0-jwks-uri": self.directory.url + "keys", "auth0-issuer": self.directory.url}
        if "--metrics-address" in subprocess.run([self.program, "--help"], capture_output=True, text=True, check=True).stdout:
            flags["metrics-address"] = f"127.0.0.1:{free_port()}"  # its own default is every address
        log = self.folder / "theirs.log"
        with open(log, "w") as file:
            self.process = subprocess.Popen([self.program, *(f"--{name}={value}" for name, value in flags.items())],
                                            stdout=file, stderr=file)
        while not self.listens():
            if self.process.poll() is not None:
                raise RuntimeError(f"their gateway ended: {log.read_text()[-500:]}")
            time.sleep(0.01)
        try:
            self.database.say(_ALLOW)
        except RuntimeError as error:
            self.stop()
            raise RuntimeError(f"{self.program} is too old to revoke a lease: take a version of 2026 or later ({error})") from error

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"
