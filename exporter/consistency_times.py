"""Whether dates and hours are right together: contracts, planned work.

Lives here: the checks of entries that hold several dates, or dates and hours (problems), and what of them is legal
but hardly meant (warnings). Must not live here: anything else of ``consistency``, of which this is a part; the
present time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from heapq import heappop, heappush
from itertools import chain, islice

from exporter.entries import Claim, Entries
from exporter.errors import Problem
from exporter.model import MaintenanceWindow
from exporter.recurrence import WIB, is_without_a_gap, occurrences

__all__ = ["problems_of_times", "warnings_of_times"]

#: Occurrences of each work that are looked at, more than a year of daily work; and of all, fifty such works.
_MAX_OCCURRENCES, _MAX_OCCURRENCES_OF_ALL = 400, 20_000

#: Works that run beside one that begins, summed; an inventory with more is made to keep us busy.
_MAX_COMPARISONS = 100_000

Found = Iterator[Problem]


def problems_of_times(entries: Entries) -> Found:
    """Why the dates and hours of ``entries`` cannot be meant."""
    for entry in entries.records["contracts"]:
        if entry.record.ends < entry.record.starts:
            remedy = "write the last day, which is included"
            yield entry.claim.problem("ends", f"is before starts, {entry.record.starts}", remedy)
    for entry in entries.records["maintenance"]:
        yield from _planned(entry.claim, entry.record.window(frozenset()), is_weekly=entry.record.weekly is not None)


def warnings_of_times(entries: Entries, windows: Mapping[str, MaintenanceWindow]) -> Found:
    """What a person should look at; ``windows`` are those of the entries, with their links."""
    yield from _overlaps({entry.claim.id: entry.claim for entry in entries.records["maintenance"]}, windows)


def _planned(claim: Claim, window: MaintenanceWindow, *, is_weekly: bool) -> Found:
    """Each reason in its turn: of what has no hours nobody need be told that it never comes."""
    if window.ends <= window.starts:
        remedy = "write the instant at which the work is over"
        yield claim.problem("ends", f"is not after starts, {window.starts.isoformat()}", remedy)
    if is_weekly and not window.weekly:
        yield claim.problem("weekly", "has no hours", "write some, such as sat: [22.00-24.00], or remove the key")
    elif is_without_a_gap(window.weekly):
        remedy = "remove the key: without it the work lasts from starts to ends"
        yield claim.problem("weekly", "holds every hour of the week", remedy)
    elif window.weeks and not is_weekly:
        remedy = "add weekly, such as {sat: [22.00-24.00]}, or remove the key"
        yield claim.problem("weeks", "there are no weekly hours of which to take some weeks", remedy)
    elif window.starts < window.ends and next(occurrences(window, window.starts), None) is None:
        remedy = "correct starts, ends, weekly (hours in WIB) or weeks"
        yield claim.problem("weekly", "these hours never come between starts and ends", remedy)


def _overlaps(claims: Mapping[str, Claim], windows: Mapping[str, MaintenanceWindow]) -> Found:
    """Works that cover the same link at the same time; each pair once.

    A warning and no problem: a provider and an office may each have planned something for the same night.
    """
    every = chain.from_iterable(
        ((each.starts, each.ends, window.id) for each in islice(occurrences(window, window.starts), _MAX_OCCURRENCES))
        for window in windows.values()
    )
    running: list[tuple[datetime, str]] = []
    compared = set[tuple[str, str]]()
    left = _MAX_COMPARISONS
    for starts, ends, key in sorted(islice(every, _MAX_OCCURRENCES_OF_ALL)):
        while running and running[0][0] <= starts:
            heappop(running)
        left -= len(running)
        if left < 0:
            return
        for _, other in sorted(running):
            if (key, other) in compared:
                continue
            compared.update({(key, other), (other, key)})
            both = windows[key].links & windows[other].links
            if both:
                many = f"{len(both)} link{'' if len(both) == 1 else 's'}"
                at = starts.astimezone(WIB).isoformat(timespec="minutes")
                message = f"covers {many} together with {claims[other].who} ({claims[other]}), from {at}"
                yield claims[key].problem("starts", message, "look whether the same work was entered twice")
        heappush(running, (ends, key))
