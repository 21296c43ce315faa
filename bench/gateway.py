"""./dev bench gateway: the requests of COMPAT.md 6 on SQLite and PostgreSQL, and the machine's own limits in the same run.

  gateway.py JSON [STORE...]    STORE: sqlite, postgres; default: both
"""
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import core
import figures
import load
from postgres import Postgres

SECONDS = int(os.environ.get("PEERLAB_BENCH_SECONDS", "5"))
NEWCOMERS, MEMBERS, PAIRING, MANY_LEASES = 500, 1000, 16, 100_000
LAST_NETWORK = 0x3fff01ffffff  # of core.py's pool
# requests a second of the existing gateway at 16 connections, p99 in seconds (COMPAT.md 6: another machine, two cores, PostgreSQL 15)
THEIRS = {"info": (7160, 0.0052), "asn": (10502, 0.0041), "mapping": (8462, 0.0045), "mappings of 1,000": (22, 0.76)}


class Crowd:
    """Members with tokens, ASNs and, some of them, leases; the first ones lease and revoke in turn before any other is there."""

    def __init__(self, folder, directory, count):
        with ThreadPoolExecutor(os.cpu_count()) as hands:
            self.tokens = list(hands.map(directory.token, (f"bench|{number}" for number in range(count))))
        self.file = folder / "tokens"
        self.file.write_text("\n".join(self.tokens[:MEMBERS]) + "\n")

    def pairing(self, folder, turn):
        """Sixteen for each time, since wrk leaves leases when it stops."""
        file = folder / "pair-tokens"
        file.write_text("\n".join(self.tokens[turn * PAIRING:(turn + 1) * PAIRING]) + "\n")
        return file

    def enrol(self, gateway, begin, upto, with_leases):
        api = core.Api(gateway)
        for token in self.tokens[begin:upto]:
            api.enrol(token)
            if with_leases:
                api.lease(token, 24)


class Bench:
    def __init__(self, folder, store, seen, members):
        self.folder, self.store, self.seen = folder, store, seen
        self.directory = members["directory"]
        self.crowd = members["crowd"]
        self.gateway = None

    def note(self, name, run, at_least=None, p99_at_most=None, expects_refusal=False):
        label = f"{self.store}: {name}"
        self.seen.add(f"{label}, requests/s", run["rate"], "/s", at_least=at_least)
        self.seen.add(f"{label}, p50", run["p50"] * 1000, "ms")
        self.seen.add(f"{label}, p99", run["p99"] * 1000, "ms", at_most=p99_at_most and p99_at_most * 1000)
        if not expects_refusal and (run["refused"] or run["broken"]):
            self.seen.add(f"{label}, refused", run["refused"], run["broken"], at_most=0)

    def measure(self, settings):
        gateway = self.gateway = core.Gateway(self.folder, self.directory, settings)
        gateway.start()
        wrk = load.Wrk(self.folder, gateway.url("/"), SECONDS)
        self.wrk = wrk
        self.few = self.pairs(0)
        self.note("lease and revoke in turn, none there before", self.few)
        agent = self.folder / "agent-token"
        agent.write_text(core.AGENT_KEY + "\n")
        ask = lambda method, path: load.ASK.format(method=method, path=path)  # noqa: E731
        self.crowd.enrol(gateway, PAIRING, 100, True)
        self.note("mappings of 100 members, 16", wrk.median_of_three(ask("GET", "/service/mappings"), 16, agent))
        self.crowd.enrol(gateway, 100, MEMBERS, True)
        hashes = self.folder / "hashes"
        mappings = core.Api(gateway).ask("GET", "/service/mappings", core.AGENT_KEY)["mappings"]
        hashes.write_text("\n".join(row["user_hash"] for row in mappings) + "\n")
        info = {}
        for connections in (1, 16, 64):
            at_16 = connections == 16
            run = wrk.median_of_three(ask("GET", "/api/user/info"), connections, self.crowd.file)
            info = run if at_16 else info
            self.note(f"info, {connections}", run, at_16 and 21000 or None, at_16 and THEIRS["info"][1] or None)
            self.note(f"ASN asked again, {connections}",
                      wrk.median_of_three(ask("POST", "/api/user/asn"), connections, self.crowd.file),
                      at_16 and 26000 or None, at_16 and THEIRS["asn"][1] or None)
            self.note(f"mapping by hash, {connections}", wrk.median_of_three(load.BY_HASH.format(hashes=hashes), connections, agent),
                      at_16 and 25000 or None, at_16 and THEIRS["mapping"][1] or None)
        pairs = self.pairs(1)
        # SQLite waits for the disk at each write, one after the other; the aim is PostgreSQL's.
        self.note("lease and revoke in turn, 16 (two are a pair)", pairs, 3000 if self.store == "postgres" else None)
        self.no_prefix_twice()
        for connections in (16, 64):
            self.note(f"mappings of 1,000 members, {connections}",
                      wrk.median_of_three(ask("GET", "/service/mappings"), connections, agent),
                      connections == 16 and 2000 or None, connections == 16 and THEIRS["mappings of 1,000"][1] or None)
        self.seen.add(f"{self.store}: memory after that", figures.Process(gateway.process.pid).resident_mib(), "MiB", at_most=60)
        bare = wrk.median_of_three(load.BARE, 16, agent)
        self.note("404, 16", bare, expects_refusal=True)
        self.rates = {"404": bare["rate"], "info": info["rate"], "pairs": pairs["rate"]}
        self.newcomers()
        self.crowd.enrol(gateway, MEMBERS, len(self.crowd.tokens) - NEWCOMERS, False)
        self.note("mappings of 10,000 members, 16", wrk.median_of_three(ask("GET", "/service/mappings"), 16, agent), at_least=150)

    def as_it_fills(self, database):
        """Whether leasing costs more the more there is."""
        database.fill(MANY_LEASES, LAST_NETWORK)
        many = self.pairs(2)
        self.note(f"lease and revoke in turn, {MANY_LEASES} leases", many)
        self.seen.add(f"{self.store}: of that with none", many["rate"] / self.few["rate"], "", at_least=0.8)

    def beside(self, limits):
        """What the database itself does on these cores, and how much of it the gateway gets out of it."""
        for kind, rate in limits.items():
            self.seen.add(f"{self.store}: pgbench {kind}, 16", rate, "/s")
        self.seen.add(f"{self.store}: info / pgbench -S", self.rates["info"] / limits["-S"])
        self.seen.add(f"{self.store}: info / 404", self.rates["info"] / self.rates["404"])
        self.seen.add(f"{self.store}: leases and revokes / pgbench -N", self.rates["pairs"] / limits["-N"])

    def newcomers(self):
        """Members never seen before, all at once."""
        statuses, taken = load.all_at_once(self.gateway.port, "POST", "/api/user/asn", self.crowd.tokens[-NEWCOMERS:])
        self.seen.add(f"{self.store}: {NEWCOMERS} new members at once, not answered 200",
                      sum(status != 200 for status in statuses), at_most=0)
        self.seen.add(f"{self.store}: {NEWCOMERS} new members at once", taken, "s", at_most=1)

    def pairs(self, turn):
        return self.wrk.median_of_three(load.PAIRS, PAIRING, self.crowd.pairing(self.folder, turn), one_each=True)

    def no_prefix_twice(self):
        rows = core.Api(self.gateway).ask("GET", "/service/mappings", core.AGENT_KEY)["mappings"]
        held = [prefix for row in rows for prefix in row["prefixes"]]
        self.seen.add(f"{self.store}: prefixes held twice", len(held) - len(set(held)), at_most=0)


def main(target, stores):
    seen = figures.Figures(f"wrk on the same cores, {SECONDS} s, median of three; aims at 16 connections")
    with tempfile.TemporaryDirectory(prefix="peerlab-bench-") as name:
        folder = Path(name)
        directory = core.Directory(folder)
        members = {"directory": directory, "crowd": Crowd(folder, directory, 10000)}
        for store in stores:
            place = folder / store
            place.mkdir(mode=0o700)
            bench = Bench(place, store, seen, members)
            if store == "postgres":
                with Postgres() as database:
                    bench.measure(f'database_url = "{database.url}"')
                    bench.as_it_fills(database)
                    bench.beside(database.pgbench(SECONDS))
                    bench.gateway.stop()
            else:
                bench.measure("")
                bench.gateway.stop()
    seen.tell(target)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or ["sqlite", "postgres"])
