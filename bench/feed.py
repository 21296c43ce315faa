"""./dev bench feed: 200 routers wait at one gateway on PostgreSQL, a member leases and revokes at another.

  feed.py JSON
"""
import os
import selectors
import socket
import sys
import tempfile
import time
from pathlib import Path

import core
import figures
from postgres import Postgres

ROUTERS, MEMBERS, ROUNDS = 200, 100, 40


class Routers:
    """Connections that wait, in one thread: they cost this side little."""

    def __init__(self, gateway, count):
        self.connections = [socket.create_connection(("127.0.0.1", gateway.port)) for _ in range(count)]
        self.ready = selectors.DefaultSelector()
        for connection in self.connections:
            self.ready.register(connection, selectors.EVENT_READ)

    def wait(self, etag):
        request = (f"GET /service/mappings?wait=60 HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {core.AGENT_KEY}\r\n"
                   f"If-None-Match: {etag}\r\n\r\n").encode()
        for connection in self.connections:
            connection.sendall(request)

    def answers(self):
        """When each had its whole answer, and the ETag."""
        got = {connection: b"" for connection in self.connections}
        at = {}
        while len(at) < len(got):
            ready = self.ready.select(20)
            if not ready:
                raise RuntimeError(f"{len(got) - len(at)} routers were not woken")
            for key, _ in ready:
                got[key.fileobj] += key.fileobj.recv(1 << 20)
                head, _, body = got[key.fileobj].partition(b"\r\n\r\n")
                length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length"))
                if len(body) == length:
                    at[key.fileobj] = time.monotonic()
        etag = next(line.split(b": ")[1] for line in head.split(b"\r\n") if line.startswith(b"ETag"))
        return list(at.values()), etag.decode()


def main(target):
    seen = figures.Figures(f"{ROUTERS} routers wait at one gateway, {ROUNDS} writes of another, {MEMBERS} members, PostgreSQL")
    with tempfile.TemporaryDirectory(prefix="peerlab-bench-") as name, Postgres() as database:
        folder = Path(name)
        directory = core.Directory(folder)
        (folder / "seal.key").write_bytes(os.urandom(32))
        (folder / "seal.key").chmod(0o600)
        gateways = []
        for place in ("one", "other"):
            (folder / place).mkdir(mode=0o700)
            gateways.append(core.Gateway(folder / place, directory, f'database_url = "{database.url}"\n'
                                         f'seal_key_file = "{folder}/seal.key"'))
            gateways[-1].start()
        one, other = gateways
        api = core.Api(one)
        for number in range(MEMBERS):
            api.enrol(directory.token(f"bench|{number}"))
        token = directory.token("bench|0")
        process = figures.Process(other.process.pid)
        routers = Routers(other, ROUTERS)
        routers.wait('"none"')
        _, etag = routers.answers()
        before = process.resident_mib()
        after, slowest, all_of_them = before, [], []
        for number in range(ROUNDS):
            routers.wait(etag)
            time.sleep(0.3)
            after = max(after, process.resident_mib())
            if number == 0:
                spent = process.processor_seconds()
                time.sleep(5)
                seen.add("processor of the waiting gateway in 5 quiet seconds", process.processor_seconds() - spent, "s")
            lease = api.ask("POST", "/api/user/prefix", token, {"duration_hours": 1})
            written = time.monotonic()
            at, etag = routers.answers()
            taken = [max(0.0, moment - written) for moment in at]
            all_of_them += taken
            slowest.append(max(taken))
            api.ask("DELETE", f"/api/user/prefix/{lease['prefix'].replace('/', '%2F')}", token)
            routers.wait(etag)
            _, etag = routers.answers()
        seen.add("memory of a gateway with all of them waiting", after, "MiB")
        seen.add("memory they cost beside the same connections, idle", after - before, "MiB", at_most=50)
        seen.spread("lease answered at one -> known to a router at the other", all_of_them, p99_at_most=0.05)
        seen.spread("the same, to the last router of each round", slowest)
        for gateway in gateways:
            gateway.stop()
    seen.tell(target)


if __name__ == "__main__":
    main(sys.argv[1])
