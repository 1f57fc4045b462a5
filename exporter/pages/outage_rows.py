"""Past outages as lines of a table, in people's words.

Lives here: what is said where nobody saw a beginning or an end, and lengths. Must not live here: HTML, which outages
there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from exporter.beside import Cause
from exporter.indonesian import duration, instant
from exporter.pages.wall_outages import CAUSES, SCOPES
from exporter.past import KEPT_DAYS, PastOutage, Watched
from exporter.recurrence import WIB
from exporter.scope import Scope

__all__ = ["UNKNOWN", "OutageRow", "gaps", "outage_rows", "watched_since", "wib", "with_planned"]

_SECOND_NS = 1_000_000_000

#: Of a cause.
UNKNOWN = "tidak diketahui"

#: Shorter times without the exporter are those of a restart and take no line.
_LEAST_GAP_NS = 60 * _SECOND_NS


@dataclass(frozen=True, slots=True)
class OutageRow:
    """One line."""

    begin: str
    end: str
    length: str
    scope: str
    cause: str
    evidence: str
    lasts: bool


def wib(unix_ns: int) -> str:
    """``23/11/2026 09.14``; the column says WIB."""
    return instant(datetime.fromtimestamp(unix_ns // _SECOND_NS, WIB))


def outage_rows(
    outages: Iterable[PastOutage], now_unix_ns: int, *, planned: Callable[[int], str] = lambda _: ""
) -> list[OutageRow]:
    """Latest first; ``planned``: the reason of the work that was planned for an instant, empty where none was."""
    latest_first = sorted(outages, key=lambda each: each.start_unix_ns, reverse=True)
    return [_row(each, now_unix_ns, planned(each.start_unix_ns)) for each in latest_first]


def with_planned(cause: str, reason: str) -> str:
    """The words of a cause beside planned work that ran when it began; an unknown one needs no others."""
    if not reason:
        return cause
    work = f"pekerjaan terencana ({reason})"
    return work if cause == UNKNOWN else f"{cause}; saat {work}"


def _row(outage: PastOutage, now_unix_ns: int, planned: str) -> OutageRow:
    lasts = outage.end_unix_ns is None and outage.end_seen
    begin = wib(outage.start_unix_ns)
    return OutageRow(
        begin if outage.start_seen else f"sebelum {begin}",
        _end(outage),
        _length(outage, now_unix_ns),
        "belum ditetapkan" if outage.scope is None else SCOPES[outage.scope],
        with_planned(_cause(outage), planned),
        outage.evidence,
        lasts,
    )


def _end(outage: PastOutage) -> str:
    if outage.end_unix_ns is not None:
        return wib(outage.end_unix_ns)
    return "masih berlangsung" if outage.end_seen else "tidak terlihat"


def _length(outage: PastOutage, now_unix_ns: int) -> str:
    """Of what was seen: at least so long where a beginning was not; nothing where the end was not."""
    if outage.end_unix_ns is None and not outage.end_seen:
        return "tidak diketahui"
    end = now_unix_ns if outage.end_unix_ns is None else outage.end_unix_ns
    length = duration(max(0, end - outage.start_unix_ns) // 1_000_000)
    return length if outage.start_seen else f"sedikitnya {length}"


def _cause(outage: PastOutage) -> str:
    if outage.cause is Cause.UNKNOWN:
        return "sedang diperiksa" if outage.pending else UNKNOWN
    same = {Cause.PROVIDER: Scope.PROVIDER, Cause.AREA: Scope.AREA, Cause.CORE: Scope.CORE}
    text = CAUSES[outage.cause] if same.get(outage.cause) is not outage.scope else SCOPES[same[outage.cause]].lower()
    return f"{text} (dapat berubah)" if outage.pending else text


def gaps(watched: Sequence[Watched], since_unix_ns: int) -> list[tuple[str, str]]:
    """Beginning and end of each time within the watched days in which the exporter did not run, oldest first."""
    found = []
    for before, after in pairwise(watched):
        if after.start_unix_ns - before.end_unix_ns >= _LEAST_GAP_NS and after.start_unix_ns > since_unix_ns:
            found.append((wib(before.end_unix_ns), wib(after.start_unix_ns)))
    return found


def watched_since(watched: Sequence[Watched], now_unix_ns: int) -> str:
    """When watching began, where that is less than the remembered days ago; "tidak pernah" where nobody watched yet."""
    if not watched:
        return "tidak pernah"
    first = watched[0].start_unix_ns
    return wib(first) if first - (now_unix_ns - KEPT_DAYS * 86_400 * _SECOND_NS) >= _LEAST_GAP_NS else ""
