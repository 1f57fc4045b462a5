"""What stands at the simulated addresses beside the echo: routers, name servers and web servers.

Lives here: who answers at which address, from the routers that it is told of. Must not live here: sockets
(``services``), packets, cuts: what is cut never gets this far.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from exporter.sim.agent import Agent
from exporter.sim.mib import facts
from exporter.sim.routers import Router
from exporter.sim.traffic import Meter

__all__ = ["Equipment"]

_PAGE = """<!DOCTYPE html>
<html lang="id"><head><meta charset="utf-8"><title>{name}</title></head>
<body><h1>{name}</h1><p>Halaman contoh dari provinsi simulasi.</p></body></html>
"""


class Equipment:
    """The equipment of every office."""

    def __init__(self, agent: Agent, wall_minus_monotonic_ns: int) -> None:
        """None, until ``take``."""
        self._agent = agent
        self._offset_ns = wall_minus_monotonic_ns
        self._meters: dict[str, Meter] = {}
        self._at: dict[str, str] = {}

    def take(self, routers: Iterable[Router], gone: Iterable[str], now_ns: int) -> None:
        """Take in ``routers`` as they are from now on, and forget those that are ``gone``."""
        for site in gone:
            self._meters.pop(site, None)
        for router in routers:
            known = self._meters.get(router.id)
            if known is None:
                self._meters[router.id] = Meter(router, self._offset_ns)
            else:
                known.take(router, now_ns)
        routers = [meter.router for meter in self._meters.values()]
        self._at = {address: router.id for router in routers for address in router.servers}
        self._at |= {line.address: router.id for router in routers for line in router.lines}

    def snmp(self, address: str, datagram: bytes, now_ns: int) -> bytes | None:
        """What the router that has ``address`` answers; None: nothing, or there is none."""
        meter = self._meters.get(self._at.get(address, ""))
        return None if meter is None else self._agent.answer(datagram, facts(meter, now_ns))

    def page(self, address: str) -> bytes:
        """The web page at ``address``: the name of the office."""
        meter = self._meters.get(self._at.get(address, ""))
        name = html.escape(meter.router.name if meter else address)
        return _PAGE.format(name=name).encode()
