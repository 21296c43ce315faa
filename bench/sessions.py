"""1,000 sessions from one process (speakers.py) to the rendered IXP server in a namespace, and an upstream that listens."""
import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import exchange  # noqa: E402
import facts  # noqa: E402
import figures  # noqa: E402
import speakers  # noqa: E402

MEMBERS = 1_000


def render(folder, unleased=()):
    facts.write(folder, MEMBERS, unleased)
    exchange.render(folder, "--nodes", folder / "nodes.json", "--mappings", folder / "mappings.json")


async def knock(everybody):
    knocking = asyncio.Semaphore(8)
    running = [asyncio.create_task(one.run("100.64.0.1", knocking)) for one in everybody]
    await asyncio.gather(*(one.established.wait() for one in everybody))
    return running  # else they are forgotten, and end


def measure(folder, seen):
    render(folder)
    transit = speakers.Transit(64496)
    speakers.Place(exchange.WORLD).run(transit.serve("2001:db8:ff::2"))
    ixp = exchange.Bird(exchange.IXP, folder / "ixp/bird.conf", folder / "ixp.ctl")
    try:
        assert transit.established.wait(30)
        everybody = [speakers.Speaker(facts.asn(i), facts.overlay_ipv4(i), facts.overlay_ipv6(i), facts.prefix(i))
                     for i in range(MEMBERS)]
        begin = time.perf_counter()
        crowd = speakers.Place(exchange.CROWD)
        running = crowd.run(knock(everybody))
        seen.add("all sessions Established", time.perf_counter() - begin, "s")
        exchange.wait(lambda: transit.leases() == MEMBERS)
        seen.add("all leases announced at transit", time.perf_counter() - begin, "s")
        before = ixp.sessions()
        render(folder, unleased={77})
        begin = time.perf_counter()
        ixp.ask("configure")
        seen.add("configure after one lease changed", time.perf_counter() - begin, "s")
        exchange.wait(lambda: transit.leases() == MEMBERS - 1)
        seen.add("that lease withdrawn at transit", time.perf_counter() - begin, "s")
        after = ixp.sessions()
        seen.add("sessions touched", sum(after.get(name) != since for name, since in before.items()), at_most=0)
        seen.add("BIRD's memory", ixp.process.resident_mib(), "MiB")
        assert len(running) == MEMBERS
    finally:
        ixp.stop()


def main(target):
    seen = figures.Figures(f"{MEMBERS} sessions")
    with tempfile.TemporaryDirectory(prefix="peerlab-bench-") as name, exchange.Wires(MEMBERS):
        measure(Path(name), seen)
    seen.tell(target)


main(sys.argv[1])
