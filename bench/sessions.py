"""1,000 sessions from one process (speakers.py) to the rendered IXP server in a namespace, and an upstream that listens."""
import asyncio
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import facts  # noqa: E402
import speakers  # noqa: E402

MEMBERS = 1_000
PROGRAM = Path(os.environ["PEERLAB_BIN"]) / "peerlab-bird-config"
IXP, WORLD, CROWD = (f"bench-{name}-{os.getpid()}" for name in ("ixp", "world", "crowd"))
UPSTREAM = """router id 192.0.2.1;
protocol device { }
protocol bgp ixp {
  local 2001:db8:ff::2 as 64496; neighbor 2001:db8:ff::1 as 64500; local role provider; connect retry time 1;
  ipv6 { import all; export none; };
}
"""


def ip(*lines):
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)


def enter(namespace):
    with open(f"/run/netns/{namespace}") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), "setns")


def raise_wires():
    ip(*(f"netns add {name}" for name in (IXP, WORLD, CROWD)),
       f"link add world netns {IXP} type veth peer name world netns {WORLD}",
       f"link add overlay netns {IXP} type veth peer name overlay netns {CROWD}")
    for name, lines in {
            IXP: ["addr add 2001:db8:ff::1/64 dev world nodad", "addr add 100.64.0.1/10 dev overlay",
                  "addr add fd7a:115c:a1e0::1/48 dev overlay nodad"],
            WORLD: ["addr add 2001:db8:ff::2/64 dev world nodad"],
            CROWD: [f"addr add {facts.overlay_ipv4(i)}/10 dev overlay" for i in range(MEMBERS)]}.items():
        devices = {"world", "overlay"} if name == IXP else {"world"} if name == WORLD else {"overlay"}
        text = "\n".join(lines + [f"link set {device} up" for device in sorted(devices)] + ["link set lo up"])
        subprocess.run(["ip", "-n", name, "-batch", "-"], input=text, text=True, check=True)


class Bird:
    def __init__(self, namespace, configuration, socket):
        self.socket = socket
        self.process = subprocess.Popen(["ip", "netns", "exec", namespace, "bird", "-f", "-c", configuration, "-s", socket],
                                        stderr=subprocess.DEVNULL)
        while not socket.exists():
            time.sleep(0.01)

    def ask(self, *words):
        return subprocess.run(["birdc", "-s", self.socket, *words], capture_output=True, text=True).stdout

    def resident_mib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()  # ip execs into it
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def sessions(self):
        """{name: since} of the members' live sessions."""
        rows = (line.split() for line in self.ask("show", "protocols").splitlines())
        return {row[0]: " ".join(row[4:6]) for row in rows
                if row and row[0].startswith("peerlab_n") and row[-1] == "Established"}

    def leases_held(self):
        """How many members' shadows the upstream holds."""
        answer = self.ask("show", "route", "table", "master6", "where", "net ~ [ 3fff:100::/24+ ]", "count")
        return answer.split(" of ")[0].split()[-1]


def wait(what, patience=60):
    begin = time.perf_counter()
    while not what():
        if time.perf_counter() - begin > patience:
            raise TimeoutError
        time.sleep(0.005)
    return time.perf_counter() - begin


def render(folder, unleased=()):
    facts.write(folder, MEMBERS, unleased)
    subprocess.run([PROGRAM, "render", "--site", folder / "site.toml", "--nodes", folder / "nodes.json", "--mappings",
                    folder / "mappings.json", "--out", folder / "ixp"], check=True, stdout=subprocess.DEVNULL)


async def crowd(ready):
    everybody = [speakers.Speaker(facts.asn(i), facts.overlay_ipv4(i), facts.prefix(i), facts.overlay_ipv6(i))
                 for i in range(MEMBERS)]
    knocking = asyncio.Semaphore(8)
    tasks = [asyncio.create_task(one.run("100.64.0.1", knocking)) for one in everybody]
    await asyncio.gather(*(one.established.wait() for one in everybody))
    os.write(ready, b"!")
    await asyncio.gather(*tasks)


def start_crowd():
    """A child process in the members' namespace; the descriptor becomes readable once all are Established."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        enter(CROWD)
        asyncio.run(crowd(told))
        os._exit(0)
    os.close(told)
    return child, heard


def measure(folder):
    render(folder)
    (folder / "world.conf").write_text(UPSTREAM)
    world = Bird(WORLD, folder / "world.conf", folder / "world.ctl")
    ixp = Bird(IXP, folder / "ixp/bird.conf", folder / "ixp.ctl")
    wait(lambda: "Established" in ixp.ask("show", "protocols", "upstream_transit"))
    begin = time.perf_counter()
    child, heard = start_crowd()
    try:
        assert os.read(heard, 1), "the crowd died"
        figures = {"all_established": time.perf_counter() - begin}
        wait(lambda: world.leases_held() == str(MEMBERS))
        figures["all_announced_at_transit"] = time.perf_counter() - begin
        before = ixp.sessions()
        render(folder, unleased={77})
        begin = time.perf_counter()
        ixp.ask("configure")
        figures["configure_one_lease"] = time.perf_counter() - begin
        wait(lambda: world.leases_held() == str(MEMBERS - 1))
        figures["one_lease_withdrawn_at_transit"] = time.perf_counter() - begin
        after = ixp.sessions()
        figures["sessions_touched"] = sum(after.get(name) != since for name, since in before.items())
        figures["bird_mib"] = ixp.resident_mib()
        return figures
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        for bird in (ixp, world):
            bird.ask("down")
            bird.process.wait(20)


def main(target):
    try:
        with tempfile.TemporaryDirectory() as name:
            raise_wires()
            figures = measure(Path(name))
    finally:
        for namespace in (IXP, WORLD, CROWD):
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True)
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    machine = {"processor": cpu, "cores": os.cpu_count()}
    date = time.strftime("%FT%TZ", time.gmtime())
    Path(target).write_text(json.dumps({"machine": machine, "date": date, "members": MEMBERS} | figures, indent=1) + "\n")
    print(f"{cpu}, {os.cpu_count()} cores, {date}; {MEMBERS} sessions")
    for key, value in figures.items():
        print(f"  {key.replace('_', ' '):36}{value:12.3f}")


main(sys.argv[1])
