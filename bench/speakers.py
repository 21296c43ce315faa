"""Many BGP speakers in one process: each has its own address, announces one /48 and keeps its session (RFC 4271, 4760, 8950)."""
import asyncio
import socket
import struct

MARKER = b"\xff" * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE = 1, 2, 3, 4


def message(kind, body=b""):
    return MARKER + struct.pack("!HB", 19 + len(body), kind) + body


def opening(asn, address):
    capabilities = [(1, struct.pack("!HBB", 2, 0, 1)),             # IPv6 unicast
                    (65, struct.pack("!I", asn)), (9, b"\x03")]    # four-octet AS; role: customer
    options = b"".join(struct.pack("!BB", code, len(value)) + value for code, value in capabilities)
    parameter = struct.pack("!BB", 2, len(options)) + options
    return message(OPEN, struct.pack("!BHH4sB", 4, min(asn, 0xffff) if asn < 0x10000 else 23456, 45,
                                     socket.inet_aton(address), len(parameter)) + parameter)


def announcement(asn, prefix, next_hop):
    network = socket.inet_pton(socket.AF_INET6, prefix.split("/")[0])[:6]
    reach = struct.pack("!HBB", 2, 1, 16) + socket.inet_pton(socket.AF_INET6, next_hop) + b"\0" + b"\x30" + network
    attributes = (b"\x40\x01\x01\x00" + b"\x40\x02\x06\x02\x01" + struct.pack("!I", asn) +
                  struct.pack("!BBB", 0x80, 14, len(reach)) + reach)
    return message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes)


class Speaker:
    def __init__(self, asn, address, prefix, next_hop):
        self.asn, self.address, self.prefix, self.next_hop = asn, address, prefix, next_hop
        self.established = asyncio.Event()
        self.closed = None  # what ended it

    async def run(self, neighbour, knocking):
        """`knocking` is a semaphore: BIRD listens with a backlog of 8, and a SYN that finds it full comes again 1 s later."""
        async with knocking:
            reader, writer = await asyncio.open_connection(neighbour, 179, local_addr=(self.address, 0))
            writer.write(opening(self.asn, self.address))
            head = await reader.readexactly(1)
        try:
            while True:
                head += await reader.readexactly(19 - len(head))
                length, kind = struct.unpack("!HB", head[16:])
                body, head = await reader.readexactly(length - 19), b""
                if kind == OPEN:
                    writer.write(message(KEEPALIVE))
                elif kind == KEEPALIVE and not self.established.is_set():
                    self.established.set()
                    writer.write(announcement(self.asn, self.prefix, self.next_hop))
                elif kind == KEEPALIVE:
                    writer.write(message(KEEPALIVE))
                elif kind == NOTIFICATION:
                    self.closed = body.hex()
                    return
        except (asyncio.IncompleteReadError, ConnectionError) as ended:
            self.closed = str(ended)
        finally:
            writer.close()
