"""./dev bench gateway: the requests of COMPAT.md 6 on SQLite and PostgreSQL, and the machine's own limits in the same run.

  gateway.py JSON [STORE...] [--theirs PROGRAM]    STORE: sqlite, postgres; default: both

PROGRAM is the existing peerlab-gateway: measured first, by the same requests on a PostgreSQL of its own, and each figure of ours
stands beside its own. Without it those recorded in COMPAT.md 6 do.
"""
import argparse
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import core
import figures
import load
import theirs
from postgres import Postgres

SECONDS = int(os.environ.get("PEERLAB_BENCH_SECONDS", "5"))
NEWCOMERS, MEMBERS, PAIRING, MANY_LEASES = 500, 1000, 16, 100_000
LAST_NETWORK = 0x3fff01ffffff  # of core.py's pool
# How many times the existing gateway's requests a second ours answers, at least; its p99 is never exceeded.
TIMES = {"info, 16": 3, "ASN asked again, 16": 2.5, "mapping by hash, 16": 3, "mappings of 1,000 members, 16": 90}


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
    """One gateway, measured; `beside`: what theirs does, by the figures' names, empty where it is theirs that is measured."""

    def __init__(self, folder, name, seen, members, beside):
        self.folder, self.name, self.seen, self.beside = folder, name, seen, beside
        self.directory = members["directory"]
        self.crowd = members["crowd"]
        self.gateway = None

    def tell(self, name, value, unit="", **aims):
        aims = aims if self.beside else {}
        self.seen.add(f"{self.name}: {name}", value, unit, theirs=self.beside.get(name), **aims)

    def note(self, name, run, at_least=None, expects_refusal=False):
        p99_at_most = None
        if self.beside and name in TIMES:
            at_least, p99_at_most = TIMES[name] * self.beside[f"{name}, requests/s"], self.beside[f"{name}, p99"]
        self.tell(f"{name}, requests/s", run["rate"], "/s", at_least=at_least)
        self.tell(f"{name}, p50", run["p50"] * 1000, "ms")
        self.tell(f"{name}, p99", run["p99"] * 1000, "ms", at_most=p99_at_most)
        if not expects_refusal and (run["refused"] or run["broken"]):
            self.tell(f"{name}, refused", run["refused"], run["broken"], at_most=0)

    def measure(self, gateway):
        """What both of them can be asked."""
        self.gateway = gateway
        gateway.start()
        process = figures.Process(gateway.process.pid)
        self.tell("memory before", process.resident_mib(), "MiB")
        wrk = self.wrk = load.Wrk(self.folder, gateway.url("/"), SECONDS)
        agent = self.agent = self.folder / "agent-token"
        agent.write_text(core.AGENT_KEY + "\n")
        ask = lambda method, path: load.ASK.format(method=method, path=path)  # noqa: E731
        self.crowd.enrol(gateway, 0, 3 * PAIRING, False)
        self.few = self.pairs(0)
        self.note("lease and revoke in turn, none there before", self.few)
        self.crowd.enrol(gateway, PAIRING, 100, True)
        self.note("mappings of 100 members, 16", wrk.median_of_three(ask("GET", "/service/mappings"), 16, agent))
        self.crowd.enrol(gateway, 100, MEMBERS, True)
        hashes = self.folder / "hashes"
        mappings = core.Api(gateway).ask("GET", "/service/mappings", core.AGENT_KEY)["mappings"]
        hashes.write_text("\n".join(row["user_hash"] for row in mappings) + "\n")
        runs = {}
        for connections in (1, 16, 64):
            for name, script, tokens in (("info", ask("GET", "/api/user/info"), self.crowd.file),
                                         ("ASN asked again", ask("POST", "/api/user/asn"), self.crowd.file),
                                         ("mapping by hash", load.BY_HASH.format(hashes=hashes), agent)):
                runs[name, connections] = wrk.median_of_three(script, connections, tokens)
                self.note(f"{name}, {connections}", runs[name, connections])
        pairs = self.pairs(1)
        # SQLite waits for the disk at each write, one after the other; the aim is PostgreSQL's.
        self.note("lease and revoke in turn, 16 (two are a pair)", pairs, 3000 if self.name == "postgres" else None)
        self.no_prefix_twice()
        for connections in (16, 64):
            self.note(f"mappings of 1,000 members, {connections}",
                      wrk.median_of_three(ask("GET", "/service/mappings"), connections, agent))
        self.tell("memory after that", process.resident_mib(), "MiB", at_most=60)
        bare = wrk.median_of_three(load.BARE, 16, agent)
        self.note("404, 16", bare, expects_refusal=True)
        self.rates = {"404": bare["rate"], "info": runs["info", 16]["rate"], "pairs": pairs["rate"]}
        self.newcomers()

    def ten_thousand(self):
        self.crowd.enrol(self.gateway, MEMBERS, len(self.crowd.tokens) - NEWCOMERS, False)
        asked = load.ASK.format(method="GET", path="/service/mappings")
        self.note("mappings of 10,000 members, 16", self.wrk.median_of_three(asked, 16, self.agent), at_least=150)

    def as_it_fills(self, database):
        """Whether leasing costs more the more there is."""
        database.fill(MANY_LEASES, LAST_NETWORK)
        many = self.pairs(2)
        self.note(f"lease and revoke in turn, {MANY_LEASES} leases", many)
        self.tell("of that with none", many["rate"] / self.few["rate"], "", at_least=0.8)

    def limits(self, limits):
        """What the database itself does on these cores, and how much of it the gateway gets out of it."""
        for kind, rate in limits.items():
            self.tell(f"pgbench {kind}, 16", rate, "/s")
        self.tell("info / pgbench -S", self.rates["info"] / limits["-S"])
        self.tell("info / 404", self.rates["info"] / self.rates["404"])
        self.tell("leases and revokes / pgbench -N", self.rates["pairs"] / limits["-N"])

    def newcomers(self):
        """Members never seen before, all at once."""
        statuses, taken = load.all_at_once(self.gateway.port, "POST", "/api/user/asn", self.crowd.tokens[-NEWCOMERS:])
        self.tell(f"{NEWCOMERS} new members at once, not answered 200", sum(status != 200 for status in statuses), at_most=0)
        self.tell(f"{NEWCOMERS} new members at once", taken, "s", at_most=1)

    def pairs(self, turn):
        return self.wrk.median_of_three(load.PAIRS, PAIRING, self.crowd.pairing(self.folder, turn), one_each=True)

    def no_prefix_twice(self):
        rows = core.Api(self.gateway).ask("GET", "/service/mappings", core.AGENT_KEY)["mappings"]
        held = [prefix for row in rows for prefix in row["prefixes"]]
        self.tell("prefixes held twice", len(held) - len(set(held)), at_most=0)


def measure_theirs(existing, folder, seen, members):
    with Postgres() as database:
        bench = Bench(folder, "theirs", seen, members, {})
        bench.measure(theirs.Gateway(existing, folder, members["directory"], database))
        bench.gateway.stop()
    return {name.removeprefix("theirs: "): row["value"] for name, row in seen.rows.items()}


def measure_ours(store, folder, seen, members, beside):
    bench = Bench(folder, store, seen, members, beside)
    gateway = lambda settings: core.Gateway(folder, members["directory"], settings)  # noqa: E731
    if store == "sqlite":
        bench.measure(gateway(""))
        bench.ten_thousand()
    else:
        with Postgres() as database:
            bench.measure(gateway(f'database_url = "{database.url}"'))
            bench.ten_thousand()
            bench.as_it_fills(database)
            bench.limits(database.pgbench(SECONDS))
            bench.gateway.stop()
            return
    bench.gateway.stop()


def main(target, stores, existing):
    seen = figures.Figures(f"wrk on the same cores, {SECONDS} s, median of three; aims at 16 connections; theirs: "
                           + ("measured in this run" if existing else "as COMPAT.md 6 recorded it on another machine"))
    with tempfile.TemporaryDirectory(prefix="peerlab-bench-") as name:
        folder = Path(name)
        directory = core.Directory(folder)
        members = {"directory": directory, "crowd": Crowd(folder, directory, 10000)}
        places = {store: folder / store for store in ("theirs", *stores)}
        for place in places.values():
            place.mkdir(mode=0o700)
        beside = measure_theirs(existing, places["theirs"], seen, members) if existing else theirs.RECORDED
        for store in stores:
            measure_ours(store, places[store], seen, members, beside)
    seen.tell(target)


def store(word):
    if word not in ("sqlite", "postgres"):
        raise argparse.ArgumentTypeError(f"no store '{word}'; there are: sqlite, postgres")
    return word


def program(word):
    if not os.access(word, os.X_OK) or Path(word).is_dir():
        raise argparse.ArgumentTypeError(f"'{word}' is no program")
    return Path(word).resolve()


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("target", metavar="JSON")
    words.add_argument("stores", metavar="STORE", nargs="*", type=store, default=["sqlite", "postgres"])
    words.add_argument("--theirs", metavar="PROGRAM", type=program)
    said = words.parse_intermixed_args()
    main(said.target, said.stores, said.theirs)
