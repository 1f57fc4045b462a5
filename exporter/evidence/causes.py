"""Why outages were, as the exporter decided at the time.

Lives here: reading of decided causes, and their way to outages. Must not live here: deciding (``exporter.cause``), what
a ledger says. A cause belongs to the outage in which the start lies that the exporter named beside it: an exporter that
began anew in the middle of an outage names a later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan

from exporter.beside import Cause
from exporter.evidence.answers import Series
from exporter.evidence.asking import Asker
from exporter.evidence.measured import MeasuredOutage
from exporter.evidence.period import HOUR_MS
from exporter.evidence.scrapes import Scrapes

__all__ = ["Causes", "read_causes"]

_CHUNK = 72
_PURPOSE = "penyebab gangguan"

#: A start that differs by so little is the same; both come from one number.
_SAME_MS = 2


@dataclass(frozen=True, slots=True)
class Causes:
    """Decided causes by link, and by the start of the outage in milliseconds."""

    by_start: dict[str, dict[int, Cause]]

    def of(self, link: str, outages: Sequence[MeasuredOutage]) -> tuple[MeasuredOutage, ...]:
        """The outages with their causes, as far as they are known."""
        known = sorted(self.by_start.get(link, {}).items())
        return tuple(replace(outage, cause=_cause(known, outage)) for outage in outages)


def _cause(known: Sequence[tuple[int, Cause]], outage: MeasuredOutage) -> Cause:
    """What was decided of an outage; of one over a start or a gap, what the exporter said last of a part of it."""
    near = [cause for start_ms, cause in known if abs(start_ms - outage.start_ms) <= _SAME_MS]
    end_ms = outage.end_ms
    within = [cause for at_ms, cause in known if outage.start_ms < at_ms and (end_ms is None or at_ms < end_ms)]
    said = [cause for cause in (*near, *within) if cause is not Cause.UNKNOWN]
    return said[-1] if said else outage.cause


def read_causes(
    asker: Asker, scrapes: Scrapes, outages: Mapping[str, Sequence[MeasuredOutage]], start_ms: int, until_ms: int
) -> Causes:
    """Decided causes at each full hour, and for outages soon followed by another, just before that one was seen.

    Raises PrometheusError.
    """
    decided = (
        f"(opd_link_outage_cause{{{asker.source}}} == 1)"
        f" unless on (link) (opd_link_outage_cause_pending{{{asker.source}}} == 1)"
    )
    # The start in milliseconds as the value, and the cause as the label, in one answer.
    expression = f"({decided}) * on (link) group_left () opd_link_last_outage_start_timestamp_seconds{{{asker.source}}}"
    causes = Causes({})
    for found in asker.grid(_PURPOSE, expression, start_ms, until_ms, HOUR_MS, chunk=_CHUNK):
        _learn(causes, found)
    for at_ms in sorted(_moments(causes, outages, scrapes)):
        _learn(causes, asker.instant(_PURPOSE, expression, at_ms))
    return causes


def _learn(causes: Causes, found: list[Series]) -> None:
    for each in found:
        cause, link = each.labels.get("cause", ""), each.labels.get("link", "")
        if cause in list(Cause):
            of_link = causes.by_start.setdefault(link, {})
            of_link.update((round(value * 1000), Cause(cause)) for value in each.values.tolist() if not isnan(value))


def _moments(causes: Causes, outages: Mapping[str, Sequence[MeasuredOutage]], scrapes: Scrapes) -> set[int]:
    """Scrapes at which something may be known of outages of which nothing is yet."""
    found: set[int] = set()
    forgotten = [border.before_ms for border in scrapes.borders() if border.is_start]
    for link, several in outages.items():
        told = causes.of(link, several)
        for place, outage in enumerate(told[:-1]):
            if outage.cause is Cause.UNKNOWN and outage.end_ms is not None:
                scrape_ms = scrapes.latest_ms(told[place + 1].start_ms)
                if scrape_ms is not None and scrape_ms > outage.end_ms:
                    found.add(scrape_ms)
        ends = [outage.end_ms for outage in told if outage.cause is Cause.UNKNOWN and outage.end_ms is not None]
        found |= {at_ms for at_ms in forgotten if any(at_ms - HOUR_MS <= end_ms < at_ms for end_ms in ends)}
    return found
