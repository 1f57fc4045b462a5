"""Planned work of the inventory as spans, and whether the exporter had announced it.

Lives here: the times that work ran in a month, for each link. Must not live here: when work recurs
(``exporter.recurrence``), what it excludes (``outages``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from exporter.evidence.accounts import PlannedRow
from exporter.evidence.measured import ANNOUNCED_STEP_MS, Announced, MeasuredLink, Standing
from exporter.evidence.period import instant_ms, wib
from exporter.evidence.spans import Spans, clip, difference, intersection, spans_of, union
from exporter.model import MaintenanceWindow
from exporter.recurrence import occurrences

__all__ = ["announced_spans", "planned_rows", "planned_spans", "times_of"]


def times_of(window: MaintenanceWindow, start_ms: int, end_ms: int) -> Spans:
    """The whole times that ``window`` ran of which some lies between two instants."""
    running = takewhile(lambda each: instant_ms(each.starts) < end_ms, occurrences(window, wib(start_ms)))
    return spans_of((instant_ms(each.starts), instant_ms(each.ends)) for each in running)


def planned_spans(windows: Iterable[MaintenanceWindow], start_ms: int, end_ms: int) -> dict[str, Spans]:
    """For each link that any work covers between two instants: when."""
    found: dict[str, list[Spans]] = {}
    for window in windows:
        times = clip(times_of(window, start_ms, end_ms), start_ms, end_ms)
        for link in sorted(window.links) if times else ():
            found.setdefault(link, []).append(times)
    return {link: union(*times) for link, times in found.items()}


def announced_spans(announced: Iterable[Announced]) -> dict[str, Spans]:
    """For each link, when the exporter may have said that work covers it: its word is exact to a step."""
    found: dict[str, list[tuple[int, int]]] = {}
    for each in announced:
        found.setdefault(each.link, []).append((each.start_ms - ANNOUNCED_STEP_MS, each.end_ms + ANNOUNCED_STEP_MS))
    return {link: spans_of(intervals) for link, intervals in found.items()}


def planned_rows(
    windows: Iterable[MaintenanceWindow],
    links: Sequence[MeasuredLink],
    announced: Mapping[str, Spans],
    start_ms: int,
    end_ms: int,
) -> tuple[PlannedRow, ...]:
    """Each time that work on any of ``links`` ran between two instants, by its start, then by the window's id."""
    measured: dict[str, Spans] = {}
    for link in links:
        known = spans_of((s.start_ms, s.end_ms) for s in link.segments if s.standing is not Standing.UNMEASURED)
        measured[link.identity.link] = union(measured.get(link.identity.link, ()), known)
    rows = [
        _row(window, time, measured, announced)
        for window in windows
        if window.links & measured.keys()
        for time in times_of(window, start_ms, end_ms)
    ]
    return tuple(sorted(rows, key=lambda row: (row.start_ms, row.window)))


def _row(
    window: MaintenanceWindow, time: tuple[int, int], measured: Mapping[str, Spans], announced: Mapping[str, Spans]
) -> PlannedRow:
    links = tuple(sorted(window.links & measured.keys()))
    said = [intersection((time,), announced.get(link, ())) for link in links]
    unsaid = [difference(clip(measured[link], *time), each) for link, each in zip(links, said, strict=True)]
    return PlannedRow(
        window=window.id,
        start_ms=time[0],
        end_ms=time[1],
        links=links,
        author=window.author,
        reason=window.reason,
        approval=window.approval,
        announced=any(said) and not any(unsaid),
    )
