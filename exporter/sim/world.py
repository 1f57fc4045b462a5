"""Who answers how: the province as a table from address to behaviour, changed by cuts and settings.

Lives here: the state of the simulated province and the replies that follow from it. All chance comes
from one seeded generator, so the same requests in the same order get the same replies. Must not live
here: sockets, clocks, files. ``replies`` is called for every packet, so what it needs is compiled at
an address's first request after a change, and a change costs no more than forgetting that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import NamedTuple

from exporter.model import Inventory
from exporter.sim.packet import EchoReply, EchoRequest, render_echo_reply, render_unreachable
from exporter.sim.scope import Endpoint, Scope, endpoints, ids_of
from exporter.sim.settings import Behaviour, Manner, base_delay_s, checked_settings

__all__ = ["PROBER", "ROUTER", "STRANGER", "Reply", "World"]

#: The prober's own address in the simulated network, by family; the last ones of the simulated ranges.
PROBER = {4: bytes([198, 19, 255, 254]), 6: bytes.fromhex("20010db8ffff00000000000000000002")}

#: The router that reports unreachable destinations, by family.
ROUTER = {4: bytes([198, 19, 255, 253]), 6: bytes.fromhex("20010db8ffff00000000000000000001")}

#: Who answers in place of another under ``wrong_source_ratio``, by family.
STRANGER = {4: bytes([198, 19, 255, 252]), 6: bytes.fromhex("20010db8ffff00000000000000000003")}

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

    def __init__(self, inventory: Inventory, *, seed: int = 1) -> None:
        """Everything answers at its base delay."""
        self.inventory = inventory
        self.cuts: dict[Scope, Manner] = {}
        self.settings: dict[Scope, dict[str, float]] = {}
        self.counts: Counter[str] = Counter(requests=0, replies=0, lost=0, cut=0, unreachable=0, unknown=0)
        self._chance = Random(seed)  # noqa: S311 - a simulation wants repeatable chance
        self._endpoints = endpoints(inventory)
        self._behaviours: dict[bytes, Behaviour] = {}
        self._owed: defaultdict[bytes, float] = defaultdict(float)

    @property
    def endpoints(self) -> Mapping[bytes, Endpoint]:
        """Every simulated address, packed."""
        return self._endpoints

    def replace_inventory(self, inventory: Inventory) -> list[Scope]:
        """Go on with ``inventory``; cuts and settings of parts that it lacks are forgotten and returned."""
        self.inventory = inventory
        self._endpoints = endpoints(inventory)
        self._behaviours.clear()
        gone = [scope for scope in {**self.cuts, **self.settings} if scope.id not in ids_of(inventory, scope.part)]
        for scope in gone:
            self.cuts.pop(scope, None)
            self.settings.pop(scope, None)
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
        self._behaviours.clear()
        return len(self._endpoints)

    def _changed(self, scope: Scope) -> int:
        self._behaviours.clear()
        return sum(scope in endpoint.scopes for endpoint in self._endpoints.values())

    def behaviour(self, address: bytes) -> Behaviour | None:
        """How the packed ``address`` answers now; None where the inventory has no such address."""
        known = self._behaviours.get(address)
        if known is None and address in self._endpoints:
            known = self._behaviours[address] = self._behaviour_of(self._endpoints[address])
        return known

    def _behaviour_of(self, endpoint: Endpoint) -> Behaviour:
        """Settings from the outside in, the outermost cut first: beyond it no packet meets another."""
        settings = {"delay_s": base_delay_s(endpoint.key)}
        manner = None
        for scope in endpoint.scopes:
            settings.update(self.settings.get(scope, {}))
            manner = manner or self.cuts.get(scope)
        return replace(Behaviour(settings.pop("delay_s")), **settings, manner=manner)

    def replies(self, request: EchoRequest) -> list[Reply]:
        """What the prober gets for ``request``, in no order of time; empty when it gets nothing."""
        behaviour = self.behaviour(request.destination)
        self.counts["requests"] += 1
        if behaviour is None:
            self.counts["unknown"] += 1
            return []
        if behaviour.manner is Manner.SILENT:
            self.counts["cut"] += 1
            return []
        if self._loses(behaviour, request.destination):
            self.counts["lost"] += 1
            return []
        return self._answers(behaviour, request)

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
        family, prober, target, identifier, sequence, payload, _ = request
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
            "counts": dict(self.counts),
        }
