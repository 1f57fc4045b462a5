"""Whether a month can be proved by what was measured of it.

Lives here: what stands against it, in words. Must not live here: reading, accounting. A gap alone does not: the
exporter counts on, and what is lost all the same is told as unmeasured. But where so much is unknown that the figures
say more about us than about the links, a pack is made only by somebody who says so (``--allow-gaps``), and its cover
says it too.
"""

from __future__ import annotations

from fractions import Fraction

from exporter.evidence.lacks import UNREAD
from exporter.evidence.measured import MeasuredMonth, Standing
from exporter.evidence.period import DAY_MS, wib
from exporter.indonesian import instant, percent
from exporter.thresholds import EVIDENCE_COVERAGE

__all__ = ["coverage_of", "hindrances"]


def coverage_of(measured: MeasuredMonth) -> Fraction | None:
    """The share of all links' time that was measured; None where no link was seen."""
    period_ms = sum(link.until_ms - link.from_ms for link in measured.links)
    unmeasured_ms = sum(
        segment.length_ms
        for link in measured.links
        for segment in link.segments
        if segment.standing is Standing.UNMEASURED
    )
    return Fraction(period_ms - unmeasured_ms, period_ms) if period_ms else None


def hindrances(measured: MeasuredMonth) -> tuple[str, ...]:
    """Why a month that is over is not proved, in Indonesian, one line each; empty: it is."""
    found = []
    if not measured.links:
        return ("tidak ada satu pun tautan yang terukur pada bulan ini",)
    since_ms = measured.gaps[0].end_ms if measured.gaps else measured.start_ms
    if measured.gaps and measured.gaps[0].start_ms <= measured.start_ms and since_ms - measured.start_ms > DAY_MS:
        found.append(
            f"pengukuran baru ada sejak {instant(wib(since_ms))} WIB: data sebelumnya tidak disimpan, atau "
            "pemantauan baru dimulai"
        )
    coverage = coverage_of(measured)
    least = Fraction(repr(EVIDENCE_COVERAGE))
    if coverage is not None and coverage < least:
        found.append(f"cakupan pengukuran {percent(coverage)}, di bawah {percent(least)}")
    found += [line for line in measured.shortcomings if line.startswith(UNREAD)]
    return tuple(found)
