"""What a page of invented counters says of links beside their echoes.

Lives here: these records, and an inventory in which every link is probed in every way. Must not live here: the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from bench.month_beside import polled
from exporter.beside import Beside, Cause, DeviceRecord, LoopFigures, OutageRecord, PathRecord, ProbeRecord
from exporter.model import Inventory, Link
from exporter.probe_model import kind_of
from exporter.probe_outcome import InterfaceStatus, Phase, ProbeReason
from exporter.scope import Scope

__all__ = ["all_probed", "beside_now"]

_POLL_S = 60
_DAY_S = 86_400

#: One of so many probes fails, and one of so many links was down today.
_FAILING_OF, _DOWN_OF = 40, 5

#: Bytes a second of the first link, and how much more each further one has.
_BYTES_PER_S, _MORE = 250_000, 2_000


def all_probed(inventory: Inventory) -> Inventory:
    """The inventory with every one of its probes on every link."""
    probes = tuple(inventory.probes)
    return replace(inventory, links={key: replace(link, probes=probes) for key, link in inventory.links.items()})


def beside_now(inventory: Inventory, unix_s: float, started_s: float) -> Beside:
    """All of it as of the latest full minute: devices are asked that often, and nothing changes between."""
    return _at(_Held(inventory), int(unix_s) // _POLL_S * _POLL_S, int(started_s))


class _Held:
    """An inventory, by what it is and not by its content, so that answers about it are found again quickly."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.inventory.links is other.inventory.links

    def __hash__(self) -> int:
        return id(self.inventory.links)


@lru_cache(maxsize=1)
def _at(held: _Held, polled_s: int, started_s: int) -> Beside:
    inventory = held.inventory
    links, asked = list(inventory.links.values()), polled(inventory)
    ends = 43_200 + (polled_s - started_s) // _POLL_S
    return Beside(
        tuple(
            _probe(inventory, link, probe, place + nth, ends, polled_s)
            for place, link in enumerate(links)
            for nth, probe in enumerate(link.probes)
        ),
        tuple(_device(link, place, polled_s, started_s) for place, link in enumerate(asked)),
        tuple(_outages(asked, started_s)),
        tuple(PathRecord(link.id, 4, 3, 198 * 2**24 + 19 * 2**16 + 128 * 2**8 + 1) for link in links),
        LoopFigures(running=7, late=3, lag_s=0.004),
        {"echo": 3, "tcp": 2, "both": 4, "none": ends // 60, "not_asked": 0},
        {"whole": ends // 10, "broken": ends // 60, "not_asked": 0},
    )


def _probe(inventory: Inventory, link: Link, probe: str, place: int, ends: int, polled_s: int) -> ProbeRecord:
    fails = place % _FAILING_OF == 0
    return ProbeRecord(
        link.id,
        probe,
        kind_of(inventory.probes[probe]),
        successes=ends - ends // 200,
        failures=ends // 200,
        phases_ns=dict.fromkeys(Phase, ends * (place % 9 + 1) * 1_000_000),
        reason=ProbeReason.SILENT if fails else None,
        ended_unix_ns=polled_s * 10**9,
        last_success_unix_ns=(polled_s - 600 * fails) * 10**9,
        certificate_ends_unix_s=float(polled_s + (20 + place % 90) * _DAY_S),
    )


def _device(link: Link, place: int, polled_s: int, started_s: int) -> DeviceRecord:
    """A device that started a month before the page, and has told the same number each minute since."""
    epoch = started_s - (31 + place % 60) * _DAY_S
    received = (_BYTES_PER_S + _MORE * place) * (polled_s - epoch)
    counters = {
        "interface_received_bytes": received,
        "interface_sent_bytes": received // 7,
        "interface_receive_errors": received // 10**10,
        "interface_send_errors": 0,
        "interface_receive_discards": received // 10**9,
        "interface_send_discards": received // 10**9,
    }
    status = InterfaceStatus.UP if place % 100 else InterfaceStatus.DOWN
    return DeviceRecord(
        link.id,
        polled_s * 10**9,
        float(epoch),
        f"80001f88{place:04x}",
        answers=True,
        status=status,
        speed_bits_per_second=10**9,
        epoch_unix_s=epoch,
        counters=counters,
    )


def _outages(links: list[Link], started_s: int) -> Iterator[OutageRecord]:
    for place, link in enumerate(links[::_DOWN_OF]):
        start = started_s - 7200 - place * 60
        cause = list(Cause)[place % len(Cause)]
        yield OutageRecord(
            link.id, start * 10**9, (start + 300) * 10**9, Scope.LINK, cause, "router menyala kembali", pending=False
        )
