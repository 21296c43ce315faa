"""Members of a real gateway: rows in its ledger, machines in Headscale's list, and some with a live session that announces."""
import asyncio

import core
import exchange
import facts
import speakers


class Member:
    def __init__(self, number, directory):
        self.number, self.token = number, directory.token(f"m{number}")
        self.asn, self.speaker = None, None

    async def keep_session(self, knocking):
        self.speaker = speakers.Speaker(self.asn, facts.overlay_ipv4(self.number), facts.overlay_ipv6(self.number))
        running = asyncio.create_task(self.speaker.run("100.64.0.1", knocking))
        await self.speaker.established.wait()
        return running


class Crowd:
    def __init__(self, gateway, count):
        """All enrolled, and listed by Headscale."""
        directory = gateway.directory
        self.members = [Member(number, directory) for number in range(count)]
        api = core.Api(gateway)
        for member in self.members:
            member.asn = api.enrol(member.token)
        directory.list_nodes([facts.node(number, directory.url) for number in range(count)])
        self.live, self.place, self.running = [], None, []

    def lease_to_all(self, gateway, hours):
        api = core.Api(gateway)
        for member in self.members:
            api.lease(member.token, hours)

    def come_alive(self, count):
        """The first `count` of them have a session from now on."""
        self.live, self.place = self.members[:count], speakers.Place(exchange.CROWD)

        async def all_of_them():
            knocking = asyncio.Semaphore(8)
            return await asyncio.gather(*(member.keep_session(knocking) for member in self.live))

        self.running = self.place.run(all_of_them())

    def announce(self, member, prefix):
        self.place.tell(member.speaker.announce, prefix)

    def withdraw(self, member, prefix):
        self.place.tell(member.speaker.withdraw, prefix)
