"""What reading found lacking in a month, in words: what could not be read, was not scraped, or is not known.

Lives here: Indonesian lines for people. Must not live here: what accounting finds (``shortcomings``), whether the month
is proved (``provable``). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from exporter.evidence.asking import Failure
from exporter.evidence.measured import Gap, GapReason, MeasuredLink, Standing
from exporter.evidence.period import wib
from exporter.evidence.scrapes import Scrapes
from exporter.indonesian import duration, instant, number, percent
from exporter.thresholds import EVIDENCE_COVERAGE

__all__ = ["UNREAD", "lacks_of"]

#: How a line begins that says what could not be read: another attempt may read it, and give other figures.
UNREAD = "Tidak terbaca"

_LEAST = Fraction(repr(EVIDENCE_COVERAGE))


def lacks_of(
    failures: Iterable[Failure],
    scrapes: Scrapes,
    gaps: Sequence[Gap],
    links: Sequence[MeasuredLink],
    span: tuple[int, int],
) -> tuple[str, ...]:
    """One line each, in a fixed order; ``span`` is the month as far as it has come."""
    return (
        *(f"{UNREAD} {_span(each.start_ms, each.end_ms)}, {each.purpose}: {each.words}" for each in failures),
        *_of_gaps(gaps, span),
        *_of_scrapes(scrapes, span),
        *_of_links(links),
    )


def _of_gaps(gaps: Sequence[Gap], span: tuple[int, int]) -> Iterator[str]:
    start_ms, end_ms = span
    for each in gaps:
        if each.start_ms <= start_ms < each.end_ms and each.reason is GapReason.NO_SAMPLES:
            yield f"Data baru tersimpan sejak {_at(min(each.end_ms, end_ms))}."
        elif each.end_ms >= end_ms > each.start_ms and each.reason is GapReason.NO_SAMPLES:
            yield f"Tidak ada data setelah {_at(each.start_ms)}."
    started = sum(each.reason is GapReason.RESTARTED for each in gaps)
    if started:
        yield f"Pemantau dimulai ulang {number(started)} kali tanpa celah pengambilan data."
    long = [each for each in gaps if each.reason is not GapReason.RESTARTED]
    if long:
        total_ms = sum(min(each.end_ms, end_ms) - max(each.start_ms, start_ms) for each in long)
        longest = max(long, key=lambda each: each.end_ms - each.start_ms)
        yield (
            f"Celah pengambilan data: {number(len(long))}, seluruhnya {duration(total_ms)},"
            f" terpanjang {_span(longest.start_ms, longest.end_ms)}."
        )


def _of_scrapes(scrapes: Scrapes, span: tuple[int, int]) -> Iterator[str]:
    failed, good = (
        int(((times_ms >= span[0]) & (times_ms < span[1])).sum()) for times_ms in (scrapes.failed_ms, scrapes.good_ms)
    )
    if failed:
        yield f"Pengambilan data yang tidak dijawab pemantau: {number(failed)} dari {number(failed + good)}."


def _of_links(links: Sequence[MeasuredLink]) -> Iterator[str]:
    covered = [(_coverage(each), each.identity.link) for each in links]
    poor = [each for each in covered if each[0] < _LEAST]
    if poor:
        coverage, link = min(poor)
        yield (
            f"Tautan yang terukur kurang dari {percent(_LEAST)} waktunya: {number(len(poor))},"
            f" terendah {link} dengan {percent(coverage)}."
        )


def _coverage(link: MeasuredLink) -> Fraction:
    unknown_ms = sum(each.length_ms for each in link.segments if each.standing is Standing.UNMEASURED)
    return 1 - Fraction(unknown_ms, link.until_ms - link.from_ms)


def _at(unix_ms: int) -> str:
    return f"{instant(wib(unix_ms))} WIB"


def _span(start_ms: int, end_ms: int) -> str:
    return f"dari {instant(wib(start_ms))} sampai {_at(end_ms)}"
