"""50 members with real BIRDs start from nothing against one IXP server that holds the full real table: until all of them hold it."""
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import exchange  # noqa: E402
import facts  # noqa: E402
import figures  # noqa: E402

MEMBERS = 50
TABLE = "v*-real-*.conf"  # as the lab wrote it


def table():
    found = sorted(Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "peerlab/table").glob(TABLE))
    if not found:
        sys.exit("this bench needs the real table: run ./dev lab once")
    return found[-1]


def transit(folder, routes):
    """The upstream that tells the world."""
    file = folder / "transit.conf"
    file.write_text(f"""router id 192.0.2.1;
log stderr all;
protocol device {{ }}
protocol static world {{ ipv6;
include "{routes}";
}}
protocol bgp ixp {{
  local 2001:db8:ff::2 as 64496; neighbor 2001:db8:ff::1 as {facts.PLATFORM_AS};
  local role provider; connect delay time 1; connect retry time 1; strict bind on;
  ipv6 {{ import all; export where source = RTS_STATIC; }};
}}
""")
    return exchange.Bird(exchange.WORLD, file, folder / "transit.ctl")


def member(folder, number):
    """A member's BIRD: it takes all that it is told and announces its lease."""
    file = folder / f"member{number}.conf"
    file.write_text(f"""router id {facts.overlay_ipv4(number)};
log stderr all;
protocol device {{ }}
protocol static own {{ ipv6; route {facts.prefix(number)} blackhole; }}
protocol bgp ixp {{
  local {facts.overlay_ipv4(number)} as {facts.asn(number)}; neighbor 100.64.0.1 as {facts.PLATFORM_AS};
  multihop 1; local role customer; connect delay time 1; connect retry time 1; strict bind on;
  ipv6 {{ extended next hop on; next hop address {facts.overlay_ipv6(number)}; import all; export where source = RTS_STATIC; }};
}}
""")
    return exchange.Bird(exchange.CROWD, file, folder / f"member{number}.ctl")


def main(target):
    seen = figures.Figures(f"{MEMBERS} members' BIRDs, the full real table")
    birds = []
    with tempfile.TemporaryDirectory(prefix="peerlab-bench-") as name, exchange.Wires(MEMBERS):
        folder = Path(name)
        facts.write(folder, MEMBERS)
        exchange.render(folder, "--nodes", folder / "nodes.json", "--mappings", folder / "mappings.json")
        try:
            ixp = exchange.Bird(exchange.IXP, folder / "ixp/bird.conf", folder / "ixp.ctl")
            birds += [ixp, transit(folder, table())]
            held = lambda: ixp.count("table master6 protocol upstream_transit")  # noqa: E731
            routes = len(table().read_text().splitlines())
            exchange.wait(lambda: held() > routes * 0.9, patience=120, beat=0.2)
            time.sleep(2)
            full = held()
            seen.add("routes of the table that the IXP server believes", full)
            seen.add("IXP server's BIRD before the first member", ixp.process.resident_mib(), "MiB")
            begin = time.perf_counter()
            members = [member(folder, number) for number in range(MEMBERS)]
            birds += members
            waiting = list(members)
            first = None
            while waiting:
                waiting = [bird for bird in waiting if bird.count("table master6 protocol ixp") < full]
                if first is None and len(waiting) < MEMBERS:
                    first = time.perf_counter() - begin
                if time.perf_counter() - begin > 300:
                    raise TimeoutError(f"{len(waiting)} members do not hold the table after 300 s")
                time.sleep(0.2)
            seen.add("cold start -> the first member holds it", first, "s")
            seen.add(f"cold start -> all {MEMBERS} hold it", time.perf_counter() - begin, "s", at_most=60)
            seen.add("sessions", len(ixp.sessions()), at_least=MEMBERS)
            seen.add("members' prefixes at transit", birds[1].count("table master6 protocol ixp"), at_least=MEMBERS)
            seen.add("IXP server's BIRD with all of them", ixp.process.resident_mib(), "MiB", at_most=400)
            seen.add("a member's BIRD", max(bird.process.resident_mib() for bird in members), "MiB")
        finally:
            for bird in reversed(birds):
                bird.stop()
    seen.tell(target)


main(sys.argv[1])
