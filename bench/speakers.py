"""Many BGP speakers in one process: members that announce /48s, and a transit that notes when it hears what (RFC 4271, 4760)."""
import asyncio
import collections
import ctypes
import socket
import struct
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import facts  # noqa: E402

MARKER = b"\xff" * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE = 1, 2, 3, 4
REACH, UNREACH = 14, 15
PROVIDER, CUSTOMER = 0, 3  # roles, RFC 9234


def message(kind, body=b""):
    return MARKER + struct.pack("!HB", 19 + len(body), kind) + body


def opening(asn, router_id, role):
    capabilities = [(1, struct.pack("!HBB", 2, 0, 1)),                      # IPv6 unicast
                    (65, struct.pack("!I", asn)), (9, bytes([role]))]       # four-octet AS; role
    options = b"".join(struct.pack("!BB", code, len(value)) + value for code, value in capabilities)
    parameter = struct.pack("!BB", 2, len(options)) + options
    return message(OPEN, struct.pack("!BHH4sB", 4, asn if asn < 0x10000 else 23456, 45, socket.inet_aton(router_id),
                                     len(parameter)) + parameter)


def spelled(prefix):
    return b"\x30" + socket.inet_pton(socket.AF_INET6, prefix.split("/")[0])[:6]


def announcement(asn, prefix, next_hop):
    reach = struct.pack("!HBB", 2, 1, 16) + socket.inet_pton(socket.AF_INET6, next_hop) + b"\0" + spelled(prefix)
    attributes = (b"\x40\x01\x01\x00" + b"\x40\x02\x06\x02\x01" + struct.pack("!I", asn) +
                  struct.pack("!BBB", 0x80, REACH, len(reach)) + reach)
    return message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes)


def withdrawal(prefix):
    unreach = struct.pack("!HB", 2, 1) + spelled(prefix)
    attributes = struct.pack("!BBB", 0x80, UNREACH, len(unreach)) + unreach
    return message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes)


def prefixes(data):
    while data:
        size = (data[0] + 7) // 8
        yield f"{socket.inet_ntop(socket.AF_INET6, data[1:1 + size].ljust(16, bytes(1)))}/{data[0]}"
        data = data[1 + size:]


def heard(body):
    """(prefixes withdrawn, prefixes announced) of an UPDATE."""
    withdrawn, announced = [], []
    rest = body[4 + struct.unpack("!H", body[:2])[0]:]
    while rest:
        extended = rest[0] & 0x10
        length, head = (struct.unpack("!H", rest[2:4])[0], 4) if extended else (rest[2], 3)
        kind, value, rest = rest[1], rest[head:head + length], rest[head + length:]
        if kind == REACH:
            announced += prefixes(value[5 + value[3]:])
        elif kind == UNREACH:
            withdrawn += prefixes(value[3:])
    return withdrawn, announced


async def messages(reader, head=b""):
    while True:
        head += await reader.readexactly(19 - len(head))
        length, kind = struct.unpack("!HB", head[16:])
        yield kind, await reader.readexactly(length - 19)
        head = b""


class Speaker:
    """A member with one session."""

    def __init__(self, asn, address, next_hop, prefix=None):
        self.asn, self.address, self.next_hop = asn, address, next_hop
        self.announced = {prefix} if prefix else set()
        self.established = asyncio.Event()
        self.writer = None
        self.closed = None  # what ended it

    async def run(self, neighbour, knocking):
        """`knocking` is a semaphore: BIRD listens with a backlog of 8, and a SYN that finds it full comes again 1 s later."""
        async with knocking:
            reader, self.writer = await asyncio.open_connection(neighbour, 179, local_addr=(self.address, 0))
            self.writer.write(opening(self.asn, self.address, CUSTOMER))
            head = await reader.readexactly(1)
        try:
            async for kind, body in messages(reader, head):
                if kind == NOTIFICATION:
                    self.closed = body.hex()
                    return
                if kind == OPEN or (kind == KEEPALIVE and self.established.is_set()):
                    self.writer.write(message(KEEPALIVE))
                elif kind == KEEPALIVE:
                    self.established.set()
                    for prefix in self.announced:
                        self.announce(prefix)
        except (asyncio.IncompleteReadError, ConnectionError) as ended:
            self.closed = str(ended)
        finally:
            self.writer.close()

    def announce(self, prefix):
        self.announced.add(prefix)
        self.writer.write(announcement(self.asn, prefix, self.next_hop))

    def withdraw(self, prefix):
        self.announced.discard(prefix)
        self.writer.write(withdrawal(prefix))


class Transit:
    """An upstream that listens: `held` are its routes, `last[prefix]` when it heard of it last, as time.time()."""

    def __init__(self, asn):
        self.asn, self.held, self.last = asn, set(), collections.defaultdict(float)
        self.established = threading.Event()

    def leases(self):
        """How many it holds; the platform's own prefix is none."""
        return len(self.held - {facts.INFRASTRUCTURE})

    async def serve(self, address):
        await asyncio.start_server(self.session, address, 179)

    async def session(self, reader, writer):
        writer.write(opening(self.asn, "192.0.2.1", PROVIDER))
        async for kind, body in messages(reader):
            if kind in (OPEN, KEEPALIVE):
                writer.write(message(KEEPALIVE))
            if kind == KEEPALIVE:
                self.established.set()
            elif kind == NOTIFICATION:
                return
            elif kind == UPDATE:
                now = time.time()
                withdrawn, announced = heard(body)
                self.held.difference_update(withdrawn)
                self.held.update(announced)
                for prefix in withdrawn + announced:
                    self.last[prefix] = now


def enter(namespace):
    """The calling thread's network from now on."""
    with open(f"/run/netns/{namespace}") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), "setns")


class Place:
    """An event loop in a thread whose network is this namespace."""

    def __init__(self, namespace):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self._live, args=(namespace,), daemon=True).start()

    def _live(self, namespace):
        enter(namespace)
        self.loop.run_forever()

    def run(self, coroutine, patience=60):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(patience)

    def tell(self, act, *arguments):
        self.loop.call_soon_threadsafe(act, *arguments)
