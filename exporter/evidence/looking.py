"""The grid of all links at full hours, and closer looks at some of them.

Lives here: which instants are asked for, and which scrapes answer. Must not live here: what they tell (``points``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exporter.evidence.asking import Asker
from exporter.evidence.grid import LINKS, Grid, selector
from exporter.evidence.period import HOUR_MS
from exporter.evidence.refining import Closer
from exporter.evidence.scrapes import Scrapes

__all__ = ["MINUTE_MS", "by_minute", "by_scrape", "hourly", "rows_of"]

MINUTE_MS = 60_000

#: Steps of the hourly grid in one question: 500 links answer with 6 MB.
_CHUNK = 72

#: Links in one question of a closer look.
_LINKS = 150


def rows_of(scrapes: Scrapes, start_ms: int, until_ms: int) -> list[int]:
    """Scrapes to look at first: the last before each full hour, both sides of every gap and start, and the last."""
    rows = {scrapes.latest_ms(at_ms) for at_ms in range(start_ms, until_ms + 1, HOUR_MS)}
    rows |= {each for border in scrapes.borders() for each in (border.before_ms, border.after_ms)}
    rows |= {int(scrapes.good_ms[-1])}
    known = sorted(row for row in rows if row is not None)
    # What lies before the month matters only as far as it leads into it.
    first = max((row for row in known if row <= start_ms), default=known[0])
    inside = scrapes.within(start_ms - 1, until_ms)
    return sorted({row for row in known if row >= first} | ({int(inside[0])} if len(inside) else set()))


def hourly(asker: Asker, rows: Sequence[int], links: Sequence[str], scrapes: Scrapes, span: tuple[int, int]) -> Grid:
    """What was said of all links at ``rows``. Raises PrometheusError."""
    grid = Grid(rows, links)
    place = {row: number for number, row in enumerate(rows)}

    def row_of(at_ms: int) -> int | None:
        scrape_ms = scrapes.latest_ms(at_ms)
        return None if scrape_ms is None else place.get(scrape_ms)

    hourly_selector, everything = selector(asker.source, whole=False), selector(asker.source)
    for found in asker.grid("keadaan tiap jam", hourly_selector, *span, HOUR_MS, chunk=_CHUNK):
        grid.fill(found, row_of)
    on_the_hour = {scrapes.latest_ms(at_ms) for at_ms in range(span[0], span[1] + 1, HOUR_MS)}
    at_borders = {each for border in scrapes.borders() for each in (border.before_ms, border.after_ms)}
    for row in rows:
        if row not in on_the_hour or row in at_borders:
            grid.fill(asker.instant("keadaan di tepi celah", everything, row), row_of)
    return grid.without_blank_rows(at_borders)


def by_minute(asker: Asker, scrapes: Scrapes) -> Closer:
    """The last scrape of each minute."""

    def look(before_ms: int, until_ms: int, links: Sequence[str]) -> Grid:
        instants = range(before_ms + MINUTE_MS, until_ms, MINUTE_MS)
        latest = {at_ms: scrapes.latest_ms(at_ms) for at_ms in instants}
        rows = sorted({row for row in latest.values() if row is not None and before_ms < row < until_ms})
        grid = Grid(rows, links)
        place = {row: number for number, row in enumerate(rows)}

        def row_of(at_ms: int) -> int | None:
            row = latest.get(at_ms)
            return None if row is None else place.get(row)

        if rows:
            for some in _batches(links):
                answers = asker.grid(
                    "keadaan tiap menit",
                    selector(asker.source, some, whole=False),
                    instants[0],
                    instants[-1],
                    MINUTE_MS,
                    chunk=len(instants),
                    shown=selector(asker.source, [LINKS], whole=False),
                )
                for found in answers:
                    grid.fill(found, row_of)
        return grid.without_blank_rows()

    return look


def by_scrape(asker: Asker, scrapes: Scrapes) -> Closer:
    """Every scrape."""

    def look(before_ms: int, until_ms: int, links: Sequence[str]) -> Grid:
        rows = scrapes.within(before_ms - 1, until_ms)
        grid = Grid(rows.tolist(), links)

        def row_of(at_ms: int) -> int | None:
            place = int(np.searchsorted(rows, at_ms))
            return place if place < len(rows) and rows[place] == at_ms else None

        if len(rows):
            for some in _batches(links):
                shown = selector(asker.source, [LINKS])
                found = asker.raw(
                    "keadaan tiap pengambilan data", selector(asker.source, some), before_ms - 1, until_ms, shown=shown
                )
                if found is None:  # a link that is not asked about is not absent
                    return Grid([], links)
                grid.fill(found, row_of)
        return grid

    return look


def _batches(links: Sequence[str]) -> list[Sequence[str]]:
    return [links[first : first + _LINKS] for first in range(0, len(links), _LINKS)]
