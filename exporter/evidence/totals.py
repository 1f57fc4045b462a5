"""Counted echoes and degraded time of a month: differences of counters, over gaps and starts of the exporter.

Lives here: reading counters at chosen scrapes, and their growth. Must not live here: states. A counter is read where
something happens and never extrapolated: over a gap it went on, and with the exporter it begins at nought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from exporter.evidence.answers import Series
from exporter.evidence.asking import Asker
from exporter.evidence.measured import Echoes
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["Totals", "read_totals"]

_PURPOSE = "jumlah gema dan waktu menurun"

_REPLIES, _LOST, _UNMEASURED, _DEGRADED = range(4)
_BOUNDS = [*(repr(bound) for bound in RTT_BUCKETS_S), "+Inf"]
_FIRST_BUCKET = 4
_WIDTH = _FIRST_BUCKET + len(_BOUNDS)

_PLAIN = {
    "opd_link_echo_replies_total": _REPLIES,
    "opd_link_echo_lost_total": _LOST,
    "opd_link_echo_unmeasured_total": _UNMEASURED,
    "opd_link_state_seconds_total": _DEGRADED,
}

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Totals:
    """Counters of links at some scrapes."""

    stations: tuple[int, ...]
    starts: frozenset[int]  #: scrapes that are the first of a run of the exporter
    counted: Mapping[int, Mapping[str, Values]]

    def between(self, link: str, first_ms: int, last_ms: int) -> tuple[Echoes, int]:
        """Echoes and degraded milliseconds of a link from one station to another."""
        grown = np.zeros(_WIDTH)
        stations = [each for each in self.stations if first_ms <= each <= last_ms]
        for before, after in pairwise(stations):
            old, new = self.counted[before].get(link), self.counted[after].get(link)
            if new is None:
                continue
            began = old is None or any(before < start <= after for start in self.starts)
            grown += new if began or old is None else np.where(new >= old, new - old, new)
        buckets = np.diff(grown[_FIRST_BUCKET:], prepend=0.0)
        echoes = Echoes(
            round(grown[_REPLIES]),
            round(grown[_LOST]),
            round(grown[_UNMEASURED]),
            tuple(round(each) for each in buckets.tolist()),
        )
        return echoes, round(grown[_DEGRADED] * 1000)


def read_totals(asker: Asker, stations: Sequence[int], starts: Sequence[int]) -> Totals:
    """Counters of all links at ``stations``. Raises PrometheusError."""
    names = "|".join((*_PLAIN, "opd_link_rtt_seconds_bucket"))
    selector = f'{{__name__=~"{names}",{asker.source},state=~"|degraded"}}'
    counted = {at_ms: _values(asker.instant(_PURPOSE, selector, at_ms)) for at_ms in stations}
    return Totals(tuple(stations), frozenset(starts), counted)


def _values(found: list[Series]) -> dict[str, Values]:
    values: dict[str, Values] = {}
    places = {bound: place for place, bound in enumerate(_BOUNDS)}
    for each in found:
        name, bound = each.labels["__name__"], each.labels.get("le", "")
        place = _PLAIN.get(name)
        if place is None and bound:
            place = places.get(bound, places.get(repr(float(bound))))
            place = None if place is None else place + _FIRST_BUCKET
        if place is not None and "link" in each.labels:
            of_link = values.setdefault(each.labels["link"], np.zeros(_WIDTH))
            of_link[place] += each.values[-1]
    return values
