"""What the exporter said of all links at chosen scrapes, as one table, filled by few questions.

Lives here: selectors, and answers put into columns. Must not live here: what they mean (``points``), which scrapes
(``reading``). One selector reads every quantity at once; an absent value is NaN, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from math import isnan

import numpy as np
from numpy.typing import NDArray

from exporter.evidence.answers import Series
from exporter.evidence.measured import Standing
from exporter.evidence.points import Point
from exporter.evidence.scraping import quoted

__all__ = ["FIELDS", "LINKS", "Grid", "selector"]

#: In place of the ids, where a question is shown.
LINKS = "$links"

Floats = NDArray[np.float64]

#: Column, series, state; of everything a Point is made of.
FIELDS = {
    ("opd_link_state", "down"): "is_down",
    ("opd_link_state", "unknown"): "is_unknown",
    ("opd_link_state_changed_timestamp_seconds", ""): "changed_s",
    ("opd_link_state_seconds_total", "down"): "down_s",
    ("opd_link_state_seconds_total", "unknown"): "unknown_s",
    ("opd_link_last_outage_start_timestamp_seconds", ""): "last_start_s",
    ("opd_link_last_outage_end_timestamp_seconds", ""): "last_end_s",
    ("opd_link_state_seconds_total", "up"): "up_s",
    ("opd_link_state_seconds_total", "degraded"): "degraded_s",
}


def selector(source: str, links: Iterable[str] | None = None, *, whole: bool = True) -> str:
    """PromQL for all of ``FIELDS``, of all links or of some; ``source`` are the matchers of job and instance.

    ``whole`` False leaves out the seconds up, which only scrapes that follow each other need.
    """
    states = "" if whole else ',state=~"|down|unknown"'
    names = "|".join(dict.fromkeys(name for name, _ in FIELDS))
    some = "" if links is None else f",link=~{quoted('|'.join(map(_itself, sorted(links))))}"
    return f'{{__name__=~"{names}",{source}{states}{some}}}'


def _itself(link: str) -> str:
    """A regular expression that means one link, whatever its id would mean in one."""
    return link if link == LINKS else re.escape(link).replace(r"\-", "-")


@dataclass(slots=True)
class Grid:
    """Scrapes in rows, links in columns."""

    scrapes_ms: Sequence[int]
    links: Sequence[str]
    columns: dict[str, Floats] = field(init=False)

    def __post_init__(self) -> None:
        """Everything is absent at first."""
        shape = (len(self.scrapes_ms), len(self.links))
        self.columns = {name: np.full(shape, np.nan) for name in FIELDS.values()}

    def fill(self, series: Iterable[Series], row_of: Callable[[int], int | None]) -> int:
        """Take an answer; ``row_of`` gives the row of a sample's time, None for one to leave out. Samples taken."""
        place = {link: number for number, link in enumerate(self.links)}
        rows: dict[int, int | None] = {}
        taken = 0
        for each in series:
            name = FIELDS.get((each.labels.get("__name__", ""), each.labels.get("state", "")))
            link = place.get(each.labels.get("link", ""))
            if name is None or link is None:
                continue
            for time_ms in each.times_ms.tolist():
                if time_ms not in rows:
                    rows[time_ms] = row_of(time_ms)
            where = [rows[time_ms] for time_ms in each.times_ms.tolist()]
            known = np.array([row is not None for row in where], bool)
            self.columns[name][[row for row in where if row is not None], link] = each.values[known]
            taken += int(known.sum())
        return taken

    def without_blank_rows(self, but: Container[int] = ()) -> Grid:
        """Without the scrapes at which no link at all was there, for those could not be read; ``but`` these stay."""
        told = [bool(row.any()) for row in ~np.isnan(self.columns["down_s"])]
        kept = [number for number, row in enumerate(self.scrapes_ms) if told[number] or row in but]
        smaller = Grid([self.scrapes_ms[number] for number in kept], self.links)
        smaller.columns = {name: column[kept] for name, column in self.columns.items()}
        return smaller

    def points(self, link: str) -> list[Point | None]:
        """What was said of one link at each scrape; None where it was not there."""
        place = self.links.index(link)
        columns = [self.columns[name][:, place].tolist() for name in FIELDS.values()]
        return [_point(at_ms, *values) for at_ms, *values in zip(self.scrapes_ms, *columns, strict=True)]


def _point(
    at_ms: int,
    is_down: float,
    is_unknown: float,
    changed_s: float,
    down_s: float,
    unknown_s: float,
    last_start_s: float,
    last_end_s: float,
    up_s: float,
    degraded_s: float,
) -> Point | None:
    """In the order of ``FIELDS``; a state of which nobody says since when it holds is not known."""
    if any(map(isnan, (is_down, is_unknown, down_s, unknown_s))):
        return None
    standing = Standing.DOWN if is_down == 1 else Standing.UNMEASURED if is_unknown == 1 else Standing.UP
    if isnan(changed_s):
        standing, changed_s = Standing.UNMEASURED, at_ms / 1000
    known = (None if isnan(value) else _ms(value) for value in (last_start_s, last_end_s, up_s + degraded_s))
    return Point(at_ms, standing, _ms(changed_s), _ms(down_s), _ms(unknown_s), *known)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
