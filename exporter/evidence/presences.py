"""From the spans in which links were there to measured links of a month.

Lives here: cutting spans to the month and to identities, and filling what is not known with just that. Must not live
here: queries. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from exporter.evidence.identities import Identities
from exporter.evidence.measured import Identity, MeasuredLink, MeasuredOutage, Segment, Standing
from exporter.evidence.refining import Presence
from exporter.evidence.scrapes import Scrapes
from exporter.evidence.timeline import Timeline, clipped, outages_of
from exporter.evidence.totals import Totals

__all__ = ["Span", "link_of", "outages_in", "spans_of", "stations_of"]


@dataclass(frozen=True, slots=True)
class Span:
    """One link under one identity, within the month."""

    identity: Identity
    from_ms: int
    until_ms: int
    segments: tuple[Segment, ...]


def spans_of(
    link: str, presences: Iterable[Presence], identities: Identities, scrapes: Scrapes, month: tuple[int, int]
) -> Iterator[Span]:
    """The parts of the month in which a link was there, each under one identity.

    A link that was there at the first scrape of all was there before: what is not known of that time is unmeasured. So
    it is at the end, when scraping stopped.
    """
    start_ms, end_ms = month
    first_ms = int(scrapes.good_ms[0])
    for presence in presences:
        is_first = presence.first.at_ms <= max(start_ms, first_ms)
        from_ms = start_ms if is_first else presence.first.at_ms
        until_ms = end_ms if presence.last is None else min(end_ms, presence.last.at_ms)
        if from_ms >= until_ms:
            continue
        filled = Timeline()
        filled.add((Segment(from_ms, until_ms, Standing.UNMEASURED),))
        known = clipped(_whole(presence), from_ms, until_ms)
        filled.add(known)
        filled.add((Segment(known[-1].end_ms if known else from_ms, until_ms, Standing.UNMEASURED),))
        for one_ms, other_ms, identity in identities.spans(link, from_ms, until_ms):
            yield Span(identity, one_ms, other_ms, clipped(filled.segments(), one_ms, other_ms))


def _whole(presence: Presence) -> tuple[Segment, ...]:
    """All that is known, from when the first state began."""
    first = presence.first
    whole = Timeline()
    whole.add((Segment(first.changed_ms, first.at_ms, first.standing),))
    whole.add(presence.timeline.segments())
    return whole.segments()


def outages_in(presences: Iterable[Presence]) -> tuple[MeasuredOutage, ...]:
    """Every outage of one link, of yet unknown cause."""
    return tuple(outage for each in presences for outage in outages_of(_whole(each), lasts=each.last is None))


def stations_of(scrapes: Scrapes, spans: Iterable[Span], month: tuple[int, int]) -> tuple[int, ...]:
    """Scrapes at which counters are read: both ends of the month, of gaps, of runs of the exporter, and of spans."""
    start_ms, end_ms = month
    inside = scrapes.within(start_ms, end_ms).tolist()
    ends = [scrapes.latest_ms(start_ms), scrapes.latest_ms(end_ms), *inside[:1], *inside[-1:]]
    borders = (each for border in scrapes.borders() for each in (border.before_ms, border.after_ms))
    wanted = {each for each in (*ends, *borders) if each is not None}
    wanted |= {each for span in spans for each in (span.from_ms, span.until_ms) if each not in month}
    least = min((each for each in ends if each is not None), default=start_ms)
    return tuple(sorted(each for each in wanted if least <= each <= end_ms))


def link_of(span: Span, outages: Sequence[MeasuredOutage], totals: Totals) -> MeasuredLink:
    """The span with its outages and what was counted in it."""
    stations = totals.stations
    first = max((each for each in stations if each <= span.from_ms), default=stations[0])
    last = max((each for each in stations if each <= span.until_ms), default=stations[-1])
    echoes, degraded_ms = totals.between(span.identity.link, first, last)
    return MeasuredLink(
        identity=span.identity,
        from_ms=span.from_ms,
        until_ms=span.until_ms,
        segments=span.segments,
        outages=tuple(each for each in outages if _touches(each, span)),
        degraded_ms=degraded_ms,
        echoes=echoes,
    )


def _touches(outage: MeasuredOutage, span: Span) -> bool:
    return outage.start_ms < span.until_ms and (outage.end_ms is None or outage.end_ms > span.from_ms)
