"""One exchange in network namespaces of its own: an IXP server's real BIRD, the world it peers with, and the overlay."""
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import core  # noqa: E402
import facts  # noqa: E402
import figures  # noqa: E402

GENERATOR = core.PROGRAMS / "peerlab-bird-config"
IXP, WORLD, CROWD = (f"bench-{name}-{os.getpid()}" for name in ("ixp", "world", "crowd"))

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped on the way


def ip(*lines, inside=None):
    subprocess.run(["ip", *(["-n", inside] if inside else []), "-batch", "-"], input="\n".join(lines), text=True, check=True)


def wait(what, patience=60, beat=0.005):
    """Seconds until `what` is so."""
    begin = time.perf_counter()
    while not what():
        if time.perf_counter() - begin > patience:
            raise TimeoutError(f"not within {patience} s")
        time.sleep(beat)
    return time.perf_counter() - begin


class Wires:
    """The namespaces; all of the overlay's members in one, each with an address there."""

    def __init__(self, members):
        self.members = members

    def __enter__(self):
        ip(*(f"netns add {name}" for name in (IXP, WORLD, CROWD)),
           f"link add world netns {IXP} type veth peer name world netns {WORLD}",
           f"link add overlay netns {IXP} type veth peer name overlay netns {CROWD}")
        up = "link set lo up"
        ip("addr add 2001:db8:ff::1/64 dev world nodad", "addr add 100.64.0.1/10 dev overlay",
           "addr add fd7a:115c:a1e0::1/48 dev overlay nodad", "link set overlay up", "link set world up", up, inside=IXP)
        ip("addr add 2001:db8:ff::2/64 dev world nodad", "link set world up", up, inside=WORLD)
        ip(*(f"addr add {facts.overlay_ipv4(i)}/10 dev overlay" for i in range(self.members)), "link set overlay up", up,
           inside=CROWD)
        return self

    def __exit__(self, *_):
        for namespace in (IXP, WORLD, CROWD):
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True)


class Bird:
    """A BIRD in a namespace, asked over one connection to its control socket."""

    def __init__(self, namespace, configuration, socket_file):
        self.log = socket_file.with_suffix(".log")
        self.socket_file, self.control, self.unread = socket_file, None, b""
        with open(self.log, "w") as log:  # ip execs into it
            self.program = subprocess.Popen(["ip", "netns", "exec", namespace, "bird", "-f", "-c", configuration, "-s",
                                             socket_file], stderr=log)
        wait(self.connected)
        self.process = figures.Process(self.program.pid)

    def connected(self):
        if self.program.poll() is not None:
            raise RuntimeError(f"BIRD does not start: {self.log.read_text()[-500:]}")
        self.control = socket.socket(socket.AF_UNIX)
        try:
            self.control.connect(str(self.socket_file))
        except OSError:
            return False
        self.answer()
        return True

    def ask(self, question):
        self.control.sendall(question.encode() + b"\n")
        return self.answer()

    def answer(self):
        """Its lines without their codes; the last is the one whose code is followed by a blank."""
        lines = []
        while True:
            line, found, rest = self.unread.partition(b"\n")
            if not found:
                self.unread += self.control.recv(65536) or self.lost()
                continue
            self.unread = rest
            coded = line[:4].isdigit()
            lines.append(line[5 if coded else 1:].decode())
            if coded and line[4:5] == b" ":
                return "\n".join(lines)

    def lost(self):
        raise ConnectionError(f"BIRD hung up: {self.log.read_text()[-500:]}")

    def configurations(self):
        return self.log.read_text().count("> Reconfiguring")

    def sessions(self):
        """{name: since} of the members' live sessions."""
        rows = (line.split() for line in self.ask("show protocols").splitlines())
        return {row[0]: " ".join(row[4:6]) for row in rows
                if row and row[0].startswith("peerlab_n") and row[-1] == "Established"}

    def count(self, of):
        """Of `show route ... count`, which counts each table by a line."""
        return sum(int(line.split()[0]) for line in self.ask(f"show route {of} count").splitlines() if " of " in line)

    def stop(self):
        self.program.terminate()
        self.program.wait(30)


class Generator:
    """peerlab-bird-config --watch between a core and the IXP server's BIRD."""

    def __init__(self, folder, gateway):
        self.state, self.server, self.log = folder / "state", folder / "ixp", folder / "generator.log"
        self.state.mkdir()
        (folder / "headscale.key").write_text("bench-headscale-key\n")
        (folder / "headscale.key").chmod(0o600)
        with open(self.log, "w") as log:
            self.program = subprocess.Popen(
                [GENERATOR, "--watch", "--site", folder / "site.toml", "--headscale-api-url",
                 gateway.directory.url + "api/v1/node", "--headscale-api-key-file", folder / "headscale.key",
                 "--peerlab-gateway-url", gateway.url("/service/mappings"), "--peerlab-agent-key-file",
                 gateway.folder / "agent-keys", "--bird-config", self.server / "bird.conf", "--bird-socket",
                 folder / "ixp.ctl", "--state-directory", self.state, "--output-file",
                 self.server / "peerlab_generated.conf"], stdout=log, stderr=log)
        self.process = figures.Process(self.program.pid)

    def policy(self):
        return (self.server / "peerlab_generated.conf").read_text()

    def stop(self):
        self.program.terminate()
        self.program.wait(20)


def render(folder, *sources):
    """The IXP server's directory, folder/ixp, from folder/site.toml."""
    subprocess.run([GENERATOR, "render", "--site", folder / "site.toml", "--out", folder / "ixp", *sources], check=True,
                   stdout=subprocess.DEVNULL)
