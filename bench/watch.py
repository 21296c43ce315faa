"""The whole chain, gateway (SQLite), generator (--watch), BIRD, 1,000 members' rows and 50 live sessions: from a lease that is
asked for over HTTP to its announcement at transit, and from its end to its withdrawal there; and what a quiet minute costs."""
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import core  # noqa: E402
import exchange  # noqa: E402
import facts  # noqa: E402
import figures  # noqa: E402
import quiet  # noqa: E402
import speakers  # noqa: E402
from crowd import Crowd  # noqa: E402

MEMBERS, LIVE, UPSTREAM = 1_000, 50, 64496
LEASES = 100  # of each kind
GRANTED_AIM, ENDED_AIM, SUSPENDED_AIM = 0.5, 0.1, 1.0
QUIET_SECONDS = 60


class Watch:
    def __init__(self, folder, seen):
        self.seen, self.random = seen, random.Random(12)
        self.gateway = core.Gateway(folder, core.Directory(folder))
        self.gateway.start()
        self.crowd = Crowd(self.gateway, MEMBERS)
        self.crowd.lease_to_all(self.gateway, 24)
        self.gateway.stop()
        self.gateway.start(leased_hour="1s")
        self.api = core.Api(self.gateway)
        (folder / "site.toml").write_text(facts.SITE)
        exchange.render(folder)
        self.transit = speakers.Transit(UPSTREAM)
        speakers.Place(exchange.WORLD).run(self.transit.serve("2001:db8:ff::2"))
        self.ixp = exchange.Bird(exchange.IXP, folder / "ixp/bird.conf", folder / "ixp.ctl")
        self.generator = exchange.Generator(folder, self.gateway)
        exchange.wait(lambda: self.ixp.count("table peerlab_leases") == MEMBERS)
        self.crowd.come_alive(LIVE)

    def stop(self):
        for one in (self.generator, self.ixp, self.gateway):
            one.stop()

    def grant(self, number, hours):
        """(member, prefix, its end, when it was asked for); announced as soon as the member knows of it."""
        member = self.crowd.live[number % LIVE]
        asked = time.time()
        prefix, end = self.api.lease(member.token, hours)
        self.crowd.announce(member, prefix)
        return member, prefix, end, asked

    def announced(self, prefix):
        exchange.wait(lambda: prefix in self.transit.held, beat=0.002)
        return self.transit.last[prefix]

    def gone(self, member, prefix):
        exchange.wait(lambda: prefix not in self.transit.held, beat=0.002)
        self.crowd.withdraw(member, prefix)
        return self.transit.last[prefix]

    def settle(self, leases):
        """Seconds from each one's end to its withdrawal."""
        after = [self.gone(member, prefix) - end for member, prefix, end, _ in leases]
        assert min(after) > 0, "a lease was withdrawn before its end"
        return after

    def stream(self):
        """Leases come and end at any time, several in force: a turn may find another one under way."""
        leases, granted = [], []
        for number in range(LEASES):
            leases.append(self.grant(number, 3))
            granted.append(self.announced(leases[-1][1]) - leases[-1][3])
            time.sleep(self.random.uniform(0, 0.4))
        self.seen.spread("lease asked for -> announced at transit", granted, GRANTED_AIM)
        self.seen.spread("lease ended -> withdrawn at transit", self.settle(leases), ENDED_AIM)

    def revocations(self):
        after = []
        for number in range(LEASES):
            member, prefix, _, _ = self.grant(number, 24)
            self.announced(prefix)
            time.sleep(self.random.uniform(0, 0.3))
            asked = time.time()
            self.api.revoke(member.token, prefix)
            after.append(self.gone(member, prefix) - asked)
        self.seen.spread("revocation asked for -> withdrawn at transit", after, ENDED_AIM)

    def suspensions(self):
        after = []
        for number in range(LEASES):
            member, prefix, _, _ = self.grant(number, 24)
            self.announced(prefix)
            time.sleep(self.random.uniform(0, 0.3))
            asked = time.time()
            self.api.change_suspension(f"m{member.number}", "suspend")
            after.append(self.gone(member, prefix) - asked)
            self.api.change_suspension(f"m{member.number}", "resume")
            self.api.revoke(member.token, prefix)
        self.seen.spread("suspension asked for -> withdrawn at transit", after, SUSPENDED_AIM)

    def alone(self):
        """The gateway is stopped before any of them ends."""
        after = []
        for _ in range(3):
            leases = [self.grant(number, 5 + number // 10) for number in range(LIVE)]
            for _, prefix, _, _ in leases:
                self.announced(prefix)
            assert time.time() < min(end for _, _, end, _ in leases), "too slow to stop the gateway before an end"
            self.gateway.stop()
            after += self.settle(leases)
            self.gateway.start(leased_hour="1s")
            self.api = core.Api(self.gateway)
            # It asks again some seconds after the start, as its pauses happen to fall: some leases would be over by then.
            exchange.wait(self.gateway.was_asked_for_mappings)
        self.seen.spread("gateway stopped, lease ended -> withdrawn", after, ENDED_AIM)

    def quiet(self):
        """Nothing changes: what is written, asked and spent."""
        time.sleep(3)
        folders = {"policy": self.generator.server, "state": self.generator.state}
        asked, programs = self.ixp.configurations(), {"generator": self.generator.process, "BIRD": self.ixp.process,
                                                      "gateway": figures.Process(self.gateway.process.pid)}
        before = {name: process.processor_seconds() for name, process in programs.items()}
        with quiet.Writes(folders.values()) as writes:
            time.sleep(QUIET_SECONDS)
            written = writes.seen()
        of_policy = [name for name in written if name.startswith("peerlab_generated")]
        self.seen.add("quiet minute: writes of the policy", len(of_policy), at_most=0)
        self.seen.add("quiet minute: writes of status and metrics", len(written) - len(of_policy))
        self.seen.add("quiet minute: configures", self.ixp.configurations() - asked, at_most=0)
        for name, process in programs.items():
            share = (process.processor_seconds() - before[name]) / QUIET_SECONDS * 100
            self.seen.add(f"quiet minute: {name} on a core", share, "%", at_most=0.5 if name == "generator" else None)

    def memory(self):
        self.seen.add("generator's memory", self.generator.process.resident_mib(), "MiB")
        self.seen.add("gateway's memory", figures.Process(self.gateway.process.pid).resident_mib(), "MiB")
        self.seen.add("BIRD's memory", self.ixp.process.resident_mib(), "MiB")


def main(target):
    seen = figures.Figures(f"{MEMBERS} members' rows, {LIVE} live sessions")
    with tempfile.TemporaryDirectory(prefix="peerlab-bench-") as name, exchange.Wires(LIVE):
        watch = Watch(Path(name), seen)
        try:
            for part in (watch.quiet, watch.stream, watch.revocations, watch.suspensions, watch.alone, watch.memory):
                begin = time.perf_counter()
                part()
                print(f"{part.__name__}: {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        finally:
            watch.stop()
    seen.tell(target)


main(sys.argv[1])
