"""Who answers how: the province as a table from address to behaviour, changed by cuts and settings.

Lives here: the state of the simulated province and the replies that follow from it. All chance comes from one seeded
generator, so the same requests in the same order get the same replies. Must not live here: sockets, files, what
offices say beside the echo (``equipment``). ``replies`` is called for every packet, so what it needs is compiled at an
address's first request after a change, and a change costs little more than forgetting that.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import NamedTuple

from exporter.model import Inventory
from exporter.sim.packet import (
    EchoReply,
    EchoRequest,
    Passing,
    render_echo_reply,
    render_time_exceeded,
    render_unreachable,
    turned_round,
)
from exporter.sim.path import GATEWAY, Paths
from exporter.sim.routers import Routers, effects
from exporter.sim.scope import Endpoint, Part, Scope, endpoints, ids_of, scopes_of
from exporter.sim.settings import Behaviour, Manner, base_delay_s, checked_settings

__all__ = ["BOOT_DELAY_S", "PROBER", "ROUTER", "STRANGER", "Reply", "World"]

#: The prober's own address in the simulated network, by family; the last ones of the simulated ranges.
PROBER = {4: bytes([198, 19, 255, 254]), 6: bytes.fromhex("20010db8ffff00000000000000000002")}

#: The router that reports unreachable destinations, by family.
ROUTER = GATEWAY

#: Who answers in place of another under ``wrong_source_ratio``, by family.
STRANGER = {4: bytes([198, 19, 255, 252]), 6: bytes.fromhex("20010db8ffff00000000000000000003")}

#: Cuts that stop what is on its way through the part.
_STOPPING = (Manner.SILENT, Manner.UNREACHABLE, Manner.LINE)

#: Those of a Behaviour's manners that nothing can be heard through.
_SPEECHLESS = (Manner.SILENT, Manner.LINE, Manner.POWER)

#: Those in which an echo gets no answer at all.
_UNANSWERED = (*_SPEECHLESS, Manner.ICMP_ONLY)

#: No way has more routers than this.
_NEAR = 3

#: How long a router boots, seconds; far shorter than a real one, for a rehearsal has no time.
BOOT_DELAY_S = 5.0

#: How far behind the first a duplicate comes, nanoseconds.
_DUPLICATE_GAP_NS = 1_000_000


class Reply(NamedTuple):
    """One packet for the prober."""

    delay_ns: int  #: after the request
    packet: bytes


def _corrupt(reply: EchoReply, chance: Random) -> EchoReply:
    if not reply.payload:
        return reply
    payload = bytearray(reply.payload)
    payload[chance.randrange(len(payload))] ^= 1 << chance.randrange(8)
    return reply._replace(payload=bytes(payload))


def _bad_checksum(reply: EchoReply, chance: Random) -> EchoReply:
    return reply._replace(checksum_error=chance.randrange(1, 0xFFFF))


def _short(reply: EchoReply, _: Random) -> EchoReply:
    return reply._replace(payload=reply.payload[: len(reply.payload) // 2])


def _wrong_source(reply: EchoReply, _: Random) -> EchoReply:
    return reply._replace(source=STRANGER[reply.family])


#: What each kind of defect does to a reply, by the setting that says how often.
_DEFECTS: dict[str, Callable[[EchoReply, Random], EchoReply]] = {
    "corrupt_ratio": _corrupt,
    "bad_checksum_ratio": _bad_checksum,
    "short_ratio": _short,
    "wrong_source_ratio": _wrong_source,
}


class World:
    """The simulated province."""

    def __init__(
        self,
        inventory: Inventory,
        *,
        seed: int = 1,
        boot_delay_s: float = BOOT_DELAY_S,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Everything answers at its base delay; a router whose power is back takes ``boot_delay_s`` to boot."""
        self.inventory = inventory
        self._now_ns = now_ns
        self.cuts: dict[Scope, Manner] = {}
        self.settings: dict[Scope, dict[str, float]] = {}
        self.counts: Counter[str] = Counter(
            requests=0, replies=0, lost=0, cut=0, unreachable=0, unknown=0, exceeded=0, passed=0, stopped=0
        )
        self._chance = Random(seed)  # noqa: S311 - a simulation wants repeatable chance
        self._other_chance = Random(seed)  # noqa: S311 - of UDP and TCP, which change no fate of an echo
        self._endpoints = endpoints(inventory)
        self._behaviours: dict[bytes, Behaviour] = {}
        self._owed: defaultdict[bytes, float] = defaultdict(float)
        self._paths = Paths(inventory)
        self._links = {link.id: scopes_of(inventory, link) for link in inventory.links.values()}
        self._stopping: frozenset[Scope] = frozenset()
        self.routers = Routers(inventory, now_ns(), int(boot_delay_s * 1e9))
        self._next_boot_ns: int | None = None

    @property
    def endpoints(self) -> Mapping[bytes, Endpoint]:
        """Every simulated address, packed."""
        return self._endpoints

    def replace_inventory(self, inventory: Inventory) -> list[Scope]:
        """Go on with ``inventory``; cuts and settings of parts that it lacks are forgotten and returned."""
        self.inventory = inventory
        self._endpoints = endpoints(inventory)
        self._paths = Paths(inventory)
        self._links = {link.id: scopes_of(inventory, link) for link in inventory.links.values()}
        self.routers.replace_inventory(inventory, self._now_ns())
        gone = [scope for scope in {**self.cuts, **self.settings} if scope.id not in ids_of(inventory, scope.part)]
        for scope in gone:
            self.cuts.pop(scope, None)
            self.settings.pop(scope, None)
        self._take_in()
        return gone

    def cut(self, scope: Scope, manner: Manner = Manner.SILENT) -> int:
        """Cut ``scope``; how many addresses it has."""
        self.cuts[scope] = manner
        return self._changed(scope)

    def set(self, scope: Scope, settings: Mapping[str, float]) -> int:
        """Add ``settings`` to what ``scope`` has, the innermost scope winning; how many addresses it has."""
        checked = checked_settings(settings)
        self.settings[scope] = {**self.settings.get(scope, {}), **checked}
        return self._changed(scope)

    def restore(self, scope: Scope) -> int:
        """Forget the cut and the settings of ``scope`` itself; how many addresses it has."""
        self.cuts.pop(scope, None)
        self.settings.pop(scope, None)
        return self._changed(scope)

    def restore_all(self) -> int:
        """Forget every cut and setting; how many addresses there are."""
        self.cuts.clear()
        self.settings.clear()
        self._take_in()
        return len(self._endpoints)

    def _take_in(self) -> None:
        """Let routers and behaviours follow what is cut and set now."""
        now_ns = self._now_ns()
        self.routers.update(effects(self._links, self.cuts), now_ns)
        self._stopping = frozenset(scope for scope, manner in self.cuts.items() if manner in _STOPPING)
        self._forget(now_ns)

    def _forget(self, now_ns: int) -> None:
        self._behaviours.clear()
        self._next_boot_ns = self.routers.next_boot_ns(now_ns)

    def _changed(self, scope: Scope) -> int:
        self._take_in()
        return sum(scope in endpoint.scopes for endpoint in self._endpoints.values())

    def behaviour(self, address: bytes) -> Behaviour | None:
        """How the packed ``address`` answers now; None where the inventory has no such address."""
        if self._next_boot_ns is not None and (now_ns := self._now_ns()) >= self._next_boot_ns:
            self._forget(now_ns)
        known = self._behaviours.get(address)
        if known is None and address in self._endpoints:
            known = self._behaviours[address] = self._behaviour_of(self._endpoints[address])
        return known

    def _behaviour_of(self, endpoint: Endpoint) -> Behaviour:
        """Settings from the outside in."""
        settings = {"delay_s": base_delay_s(endpoint.key)}
        for scope in endpoint.scopes:
            settings.update(self.settings.get(scope, {}))
        return replace(Behaviour(settings.pop("delay_s")), **settings, manner=self._manner_of(endpoint))

    def _manner_of(self, endpoint: Endpoint) -> Manner | None:
        """The outermost cut: beyond it no packet meets another. A filter of echoes lets others be met."""
        now_ns = self._now_ns()
        sites = [scope.id for scope in endpoint.scopes if scope.part is Part.SITE]
        is_filtered = False
        for scope in endpoint.scopes:
            manner = self.cuts.get(scope)
            if scope.part is Part.SITE and any(self.routers.is_dark(site, now_ns) for site in sites):
                return Manner.POWER
            if manner is Manner.POWER and sites:  # not before the office
                continue
            if manner not in (None, Manner.ICMP_ONLY):
                return manner
            is_filtered |= manner is Manner.ICMP_ONLY
        return Manner.ICMP_ONLY if is_filtered else None

    def replies(self, request: EchoRequest) -> list[Reply]:
        """What the prober gets for ``request``, in no order of time; empty when it gets nothing."""
        behaviour = self.behaviour(request.destination)
        self.counts["requests"] += 1
        if behaviour is None:
            self.counts["unknown"] += 1
            return []
        if request.hops <= _NEAR and (early := self._exceeded(behaviour, request)):
            return early
        if behaviour.manner in _UNANSWERED:
            self.counts["cut"] += 1
            return []
        if self._loses(behaviour, request.destination):
            self.counts["lost"] += 1
            return []
        return self._answers(behaviour, request)

    def passes(self, passing: Passing) -> list[Reply]:
        """What becomes of a packet of UDP or TCP to a simulated address: it comes back from there to the prober's own.

        Servers listen at the prober's address, and one who is asked there sees the simulated address ask; what it
        answers goes the same way, so a packet has half of the delay and of the loss each way.
        """
        behaviour = self.behaviour(passing.destination)
        if behaviour is None or passing.source != PROBER[passing.family]:
            self.counts["stopped"] += 1
            return []
        if passing.hops <= _NEAR and (early := self._exceeded(behaviour, passing)):
            return early
        kept = (1 - behaviour.loss_ratio) * (1 - behaviour.even_loss_ratio)
        if behaviour.manner in _SPEECHLESS or (kept < 1 and self._other_chance.random() >= math.sqrt(kept)):
            self.counts["stopped"] += 1
            return []
        delay_ns = int((behaviour.delay_s + behaviour.jitter_s * self._other_chance.random()) * 5e8)
        if behaviour.manner is Manner.UNREACHABLE:
            self.counts["stopped"] += 1
            return [Reply(2 * delay_ns, render_unreachable(passing, ROUTER[passing.family]))]
        self.counts["passed"] += 1
        return [Reply(delay_ns, turned_round(passing))]

    def _exceeded(self, behaviour: Behaviour, request: EchoRequest | Passing) -> list[Reply]:
        """The error of the router at which the packet has met too many; empty where none ends it or is heard."""
        hop = self._paths.hop(request.destination, request.hops, self._stopping)
        if not hop:
            return []
        self.counts["exceeded"] += 1
        delay_s = behaviour.delay_s * request.hops / (len(self._paths.way(request.destination)) + 1)
        return [Reply(int(delay_s * 1e9), render_time_exceeded(request, hop.address))]

    def _loses(self, behaviour: Behaviour, address: bytes) -> bool:
        """Whether this request gets no answer; what is spread evenly is carried over from one to the next."""
        if behaviour.even_loss_ratio:
            owed = self._owed[address] + behaviour.even_loss_ratio
            self._owed[address] = owed - int(owed)
            if owed >= 1:
                return True
        return bool(behaviour.loss_ratio) and self._chance.random() < behaviour.loss_ratio

    def _answers(self, behaviour: Behaviour, request: EchoRequest) -> list[Reply]:
        """One packet, or two."""
        delay_ns = int((behaviour.delay_s + behaviour.jitter_s * self._chance.random()) * 1e9)
        if behaviour.manner is Manner.UNREACHABLE:
            self.counts["unreachable"] += 1
            return [Reply(delay_ns, render_unreachable(request, ROUTER[request.family]))]
        self.counts["replies"] += 1
        packet = render_echo_reply(self._echo(behaviour, request))
        if behaviour.duplicate_ratio and self._chance.random() < behaviour.duplicate_ratio:
            return [Reply(delay_ns, packet), Reply(delay_ns + _DUPLICATE_GAP_NS, packet)]
        return [Reply(delay_ns, packet)]

    def _echo(self, behaviour: Behaviour, request: EchoRequest) -> EchoReply:
        """The reply, with whatever defects chance gives it."""
        family, prober, target, identifier, sequence, payload, *_ = request
        reply = EchoReply(family, target, prober, identifier, sequence, payload)
        for name, defect in _DEFECTS.items():
            ratio = getattr(behaviour, name)
            if ratio and self._chance.random() < ratio:
                reply = defect(reply, self._chance)
        return reply

    def status(self) -> dict[str, object]:
        """The state of the province as plain values, fit for JSON."""
        return {
            "links": len(self.inventory.links),
            "references": len(self.inventory.reference_targets),
            "addresses": len(self._endpoints),
            "cuts": [{"part": scope.part, "id": scope.id, "manner": how} for scope, how in self.cuts.items()],
            "settings": [
                {"part": scope.part, "id": scope.id, "values": values} for scope, values in self.settings.items()
            ],
            "routers": self.routers.status(self._now_ns()),
            "counts": dict(self.counts),
        }
