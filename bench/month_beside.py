"""A month of what is recorded about links beside their echoes: traffic, and why they were down.

Lives here: these series and their samples, as plain numbers. Must not live here: their text (``month``), what a live
Prometheus records now (``history``). Only links whose router is polled have any. An office uses its line as the
simulated ones do, so that a curve goes on where the simulation begins; while its provider is out its router tells
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from exporter.beside import Cause
from exporter.model import Inventory, Link
from exporter.probe_model import ProbeKind, kind_of
from exporter.sim.routers import Routers
from exporter.sim.traffic import busy_seconds, peaks

__all__ = ["Samples", "beside", "polled"]

_DAY_S = 86_400

#: Sent from an office, in relation to what it receives; and what every line carries each way, bits a second.
_OUTGOING, _KEEPALIVE = 0.15, 2_000.0

#: How often utilisation and rates are recorded, seconds (alert_rules/traffic.yml); of rates the last day is seen.
_UTILISATION_S, _RATE_S = 240, 60

#: Days between two outages of one link of which the cause was decided, on average, and what it was, in a hundred.
_BETWEEN_DAYS = 12
_CAUSES = {Cause.LINE: 46, Cause.POWER: 30, Cause.PROVIDER: 10, Cause.UNKNOWN: 10, Cause.AREA: 4}


@dataclass(frozen=True, slots=True)
class Samples:
    """One series."""

    selector: str
    times: Sequence[int]  #: Unix seconds
    values: Sequence[float]


def polled(inventory: Inventory) -> list[Link]:
    """The links whose router is asked by SNMP."""
    asked = {key for key, probe in inventory.probes.items() if kind_of(probe) is ProbeKind.SNMP}
    return [link for link in inventory.links.values() if asked.intersection(link.probes)]


def beside(inventory: Inventory, common: str, month: range, gap: range, out: Mapping[str, range]) -> Iterator[Samples]:
    """All of it, with the labels ``common``; nothing in ``gap``, nor of a provider in its span in ``out``."""
    received = {
        line.link: peak
        for router in Routers(inventory, 0, 0).all()
        for line, peak in zip(router.lines, peaks(router.lines), strict=True)
    }
    random = np.random.default_rng(3)
    for link in polled(inventory):
        silent = out.get(inventory.contracts[link.contract].provider, range(0))
        yield from _traffic(inventory, link, common, received[link.id], month, (gap, silent))
        yield from _causes(link, common, month, (gap, silent), random)


def _traffic(
    inventory: Inventory, link: Link, common: str, peak: float, month: range, without: tuple[range, range]
) -> Iterator[Samples]:
    """Bytes by tile, and what the rules of five minutes recorded."""
    tile = f'{common},link="{link.id}"'
    described = f"{tile},{_description(inventory, link)}"
    bandwidth = inventory.contracts[link.contract].bandwidth_bits_per_second
    last_day = range(month.stop - _DAY_S - 600, month.stop)
    both, received, sent = (peak * (1 + _OUTGOING), 2), (peak, 1), (peak * _OUTGOING, 1)
    series = (
        (f"link:opd_link_traffic_bytes:increase1h{{{tile}}}", month[::3600], 3600, both, 3600 / 8),
        (f"link:opd_link_traffic_bytes:increase5m{{{tile}}}", last_day[::300], 300, both, 300 / 8),
        (f"link:opd_link_utilisation:ratio5m{{{described}}}", month[::_UTILISATION_S], 300, received, 1 / bandwidth),
        (f"link:opd_link_interface_received:bits_per_second5m{{{described}}}", last_day[::_RATE_S], 300, received, 1.0),
        (f"link:opd_link_interface_sent:bits_per_second5m{{{described}}}", last_day[::_RATE_S], 300, sent, 1.0),
    )
    for selector, every, back_s, (highest, directions), factor in series:
        times = [time for time in every if not any(time in span for span in without)]
        bits = (highest * _busy(time, back_s) + directions * _KEEPALIVE for time in times)
        yield Samples(selector, times, [factor * each for each in bits])


def _busy(unix_s: int, back_s: int) -> float:
    """The mean share of its peak that an office used in so many seconds up to ``unix_s``."""
    return (busy_seconds(unix_s) - busy_seconds(unix_s - back_s)) / back_s


def _causes(
    link: Link, common: str, month: range, without: tuple[range, range], random: np.random.Generator
) -> Iterator[Samples]:
    """One sample at each decision; of the provider that was out, once more at the end of that."""
    moments = random.integers(
        month.start, month.stop - _DAY_S // 2, random.poisson(len(month) / _DAY_S / _BETWEEN_DAYS)
    )
    decided: dict[Cause, set[int]] = {}
    weights = np.array(list(_CAUSES.values())) / sum(_CAUSES.values())
    for moment in moments.tolist():
        if not any(moment in span for span in without):
            decided.setdefault(list(_CAUSES)[random.choice(len(_CAUSES), p=weights)], set()).add(moment)
    if without[1]:
        decided.setdefault(Cause.PROVIDER, set()).add(without[1].stop + 60)
    for cause, times in decided.items():
        labels = f'{{{common},link="{link.id}",cause="{cause}"}}'
        yield Samples(f"link:opd_link_outage_cause:decided{labels}", sorted(times), [1.0] * len(times))


def _description(inventory: Inventory, link: Link) -> str:
    """The labels that rules put beside a link's."""
    site = inventory.sites[link.site]
    words = {
        "name": link.name,
        "site": site.id,
        "opd": site.opd,
        "kabkota": site.kabkota,
        "provider": inventory.provider_of(link).id,
        "contract": link.contract,
        "role": link.role,
        "phase": link.phase,
    }
    return ",".join(f'{name}="{_quoted(str(word))}"' for name, word in words.items())


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
