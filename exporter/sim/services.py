"""The process beside the responder that runs what stands at the simulated addresses, for delays must not wait for it.

Lives here: its sockets, and what the responder tells it. Must not live here: what is answered. It listens at the
prober's own address, where the responder turns packets to: whom it answers for is the address they seem to come from.
It ends when the responder does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from exporter.sim.agent import Agent
from exporter.sim.authority import Authority
from exporter.sim.equipment import Equipment
from exporter.sim.name_server import answer_question
from exporter.sim.routers import Line, Router
from exporter.sim.web import open_web_servers

__all__ = ["DNS_PORT", "SNMP_PORT", "router_from", "run_services"]

DNS_PORT, SNMP_PORT = 53, 161

#: What one line from the responder may hold: every router of a large province.
_LINE_BYTES = 64 << 20

Answer = Callable[[str, bytes], bytes | None]


class _Datagrams(asyncio.DatagramProtocol):
    """One UDP port at which each datagram gets one answer or none."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._answer(addr[0], data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


def router_from(words: list[Any]) -> Router:
    """The router that ``words`` describe, as ``helper.router_words`` wrote them."""
    site, name, booted_ns, boots, servers, lines = words
    return Router(site, name, booted_ns, boots, tuple(servers), tuple(Line(*line) for line in lines))


def run_services(channel: socket.socket, hosts: list[str], authority_path: Path) -> None:
    """Serve at ``hosts`` until ``channel`` ends; says there in one line of JSON what could not be opened."""
    channel.settimeout(0)
    with contextlib.suppress(ConnectionError):  # an end that is no clean one is an end
        asyncio.run(_Services(hosts, authority_path).run(channel))


class _Services:
    def __init__(self, hosts: list[str], authority_path: Path) -> None:
        self._hosts = hosts
        self._authority_path = authority_path
        first_salt = int.from_bytes(os.urandom(8))
        self._equipment = Equipment(Agent(first_salt), time.time_ns() - time.monotonic_ns())

    async def run(self, channel: socket.socket) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=channel, limit=_LINE_BYTES)
        authority = Authority(self._authority_path.parent)
        self._authority_path.write_bytes(authority.pem())
        said, opened = "", []
        try:
            for host in self._hosts:
                opened += await open_web_servers(host, authority, self._equipment.page)
                await self._open_datagrams(host)
        except OSError as error:
            said = str(error)
        writer.write(json.dumps({"failed": said}).encode() + b"\n")
        while line := await reader.readline():
            words = json.loads(line)
            routers = [router_from(each) for each in words["routers"]]
            self._equipment.take(routers, words["gone"], time.monotonic_ns())
        for server in opened:
            server.close()

    async def _open_datagrams(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        ports: dict[int, Answer] = {DNS_PORT: lambda _, data: answer_question(data), SNMP_PORT: self._snmp}
        for port, answer in ports.items():
            await loop.create_datagram_endpoint(partial(_Datagrams, answer), local_addr=(host, port))

    def _snmp(self, address: str, datagram: bytes) -> bytes | None:
        return self._equipment.snmp(address, datagram, time.monotonic_ns())


if __name__ == "__main__":
    run_services(socket.socket(fileno=int(sys.argv[1])), sys.argv[3:], Path(sys.argv[2]))
