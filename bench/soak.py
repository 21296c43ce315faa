"""24,000 leases begin and end against the real gateway, generator and BIRD: what grows, and what is left over."""
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import core  # noqa: E402
import exchange  # noqa: E402
import facts  # noqa: E402
import figures  # noqa: E402
import speakers  # noqa: E402
from crowd import Crowd  # noqa: E402

LEASES, MEMBERS, LIVE = 24_000, 300, 50
IN_FORCE = 200  # at a time; every other one is revoked, the rest run out
SAMPLE = 250
GROWTH_AIM = 1.1  # the last quarter against the third: the first 15,000 still fill caches (README.md)


class Soak:
    def __init__(self, folder):
        self.folder = folder
        self.gateway = core.Gateway(folder, core.Directory(folder))
        self.gateway.start(leased_hour="1s")
        self.crowd = Crowd(self.gateway, MEMBERS)
        self.api = core.Api(self.gateway)
        (folder / "site.toml").write_text(facts.SITE)
        exchange.render(folder)
        self.transit = speakers.Transit(64496)
        speakers.Place(exchange.WORLD).run(self.transit.serve("2001:db8:ff::2"))
        self.ixp = exchange.Bird(exchange.IXP, folder / "ixp/bird.conf", folder / "ixp.ctl")
        self.generator = exchange.Generator(folder, self.gateway)
        exchange.wait(self.transit.established.is_set)
        self.crowd.come_alive(LIVE)
        self.programs = {"gateway": figures.Process(self.gateway.process.pid), "generator": self.generator.process,
                         "BIRD": self.ixp.process}
        self.samples, self.announced = [], 0

    def stop(self):
        for one in (self.generator, self.ixp, self.gateway):
            one.stop()

    def end(self, member, prefix, ends, revoked):
        if revoked and time.time() < ends - 0.5:
            self.api.revoke(member.token, prefix)
        else:
            time.sleep(max(0.0, ends - time.time()))
        if member.speaker:
            self.crowd.withdraw(member, prefix)

    def leases(self):
        """Each member's turn comes again when its leases have long ended; those with a session announce theirs."""
        running = deque()
        for number in range(LEASES):
            member = self.crowd.members[number % MEMBERS]
            prefix, ends = self.api.lease(member.token, 2 + number % 3)
            if member.speaker:
                self.crowd.announce(member, prefix)
            running.append((member, prefix, ends, number % 2 == 0))
            while len(running) > IN_FORCE:
                self.end(*running.popleft())
            if number % SAMPLE == 0:
                self.sample()
        while running:
            self.end(*running.popleft())
        self.sample()

    def sample(self):
        self.announced = max(self.announced, self.transit.leases())
        self.samples.append({name: (process.resident_mib(), process.descriptors()) for name, process in self.programs.items()})

    def left_over(self):
        """What still is there when the last one has ended."""
        mappings = self.api.ask("GET", "/service/mappings", core.AGENT_KEY)["mappings"]
        return {"leases in the gateway's answer": sum(len(row["prefixes"]) for row in mappings),
                "rows in BIRD's table of leases": self.ixp.count("table peerlab_leases"),
                "members' routes at transit": self.transit.leases(),
                "members quarantined": self.ixp.count("table peerlab_quarantine")}


def told(soak, seen, taken):
    seen.add("leases begun and ended", LEASES)
    seen.add("in", taken, "s")
    seen.add("most members' routes at transit at a time", soak.announced, at_least=1)
    quarter = len(soak.samples) // 4
    for name in soak.programs:
        for place, what, unit in ((0, "memory", "MiB"), (1, "descriptors", "")):
            values = [sample[name][place] for sample in soak.samples]
            third, last = (sum(part) / len(part) for part in (values[-2 * quarter:-quarter], values[-quarter:]))
            seen.add(f"{name}'s {what}, third quarter", third, unit)
            seen.add(f"{name}'s {what}, last quarter over third", last / third, "", at_most=GROWTH_AIM)
    exchange.wait(lambda: not any(soak.left_over().values()) or time.sleep(0.5), patience=20)
    for what, count in soak.left_over().items():
        seen.add(f"left over: {what}", count, at_most=0)
    seen.add("live sessions", len(soak.ixp.sessions()), at_least=LIVE)


def main(target):
    seen = figures.Figures(f"{MEMBERS} members, {LIVE} live sessions, an hour leased is a second")
    with tempfile.TemporaryDirectory(prefix="peerlab-bench-") as name, exchange.Wires(LIVE):
        soak = Soak(Path(name))
        try:
            begin = time.perf_counter()
            soak.leases()
            told(soak, seen, time.perf_counter() - begin)
        finally:
            soak.stop()
    seen.tell(target)


main(sys.argv[1])
