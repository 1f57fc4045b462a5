"""What links were called in a month: which were there, and when their site, contract or phase changed.

Lives here: reading of ``opd_link_info``. Must not live here: states. A link whose labels change has another identity
from the first scrape that shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from exporter.evidence.answers import Series
from exporter.evidence.asking import Asker
from exporter.evidence.measured import Identity
from exporter.evidence.period import HOUR_MS
from exporter.evidence.scrapes import Scrapes
from exporter.evidence.scraping import quoted

__all__ = ["Identities", "read_identities"]

_CHUNK = 72
_PURPOSE = "identitas tautan"


@dataclass(frozen=True, slots=True)
class Identities:
    """For each link its identities, each with the first scrape that shows it."""

    links: tuple[str, ...]
    changes: dict[str, tuple[tuple[int, Identity], ...]]  #: in order; the first from the first row that shows the link

    def spans(self, link: str, start_ms: int, end_ms: int) -> Iterator[tuple[int, int, Identity]]:
        """The identities that the link has in a span, which it is there all of, with their parts of it."""
        known = self.changes[link]
        borders = [start_ms, *(max(start_ms, min(end_ms, at_ms)) for at_ms, _ in known[1:]), end_ms]
        for (first_ms, last_ms), (_, identity) in zip(pairwise(borders), known, strict=True):
            if first_ms < last_ms:
                yield first_ms, last_ms, identity


def read_identities(asker: Asker, rows: Sequence[int], scrapes: Scrapes, start_ms: int, until_ms: int) -> Identities:
    """Raises PrometheusError."""
    seen: dict[str, dict[int, Identity]] = {}
    expression = f"opd_link_info{{{asker.source}}}"
    for found in asker.grid(_PURPOSE, expression, start_ms, until_ms, HOUR_MS, chunk=_CHUNK):
        _see(seen, found, scrapes)
    on_the_hour = {scrapes.latest_ms(at_ms) for at_ms in range(start_ms, until_ms + 1, HOUR_MS)}
    for row in rows:
        if row not in on_the_hour:
            _see(seen, asker.instant(_PURPOSE, expression, row), scrapes)
    changes = {link: tuple(_changes(asker, link, sorted(each.items()), scrapes)) for link, each in seen.items()}
    return Identities(tuple(sorted(seen)), changes)


def _see(seen: dict[str, dict[int, Identity]], found: list[Series], scrapes: Scrapes) -> None:
    for each in found:
        labels = each.labels
        identity = Identity(**{key: labels.get(key, "") for key in Identity.__dataclass_fields__})
        of_link = seen.setdefault(identity.link, {})
        for at_ms in each.times_ms.tolist():
            scrape_ms = scrapes.latest_ms(at_ms)
            if scrape_ms is not None:
                of_link[scrape_ms] = identity


def _changes(
    asker: Asker, link: str, known: list[tuple[int, Identity]], scrapes: Scrapes
) -> Iterator[tuple[int, Identity]]:
    """The first identity, and each that differs from the one before, at the first scrape that shows it."""
    yield known[0]
    for (before_ms, before), (after_ms, after) in pairwise(known):
        if before != after:
            yield from _found(asker, link, (before_ms, before), (after_ms, after), scrapes)


def _found(
    asker: Asker, link: str, before: tuple[int, Identity], after: tuple[int, Identity], scrapes: Scrapes
) -> Iterator[tuple[int, Identity]]:
    """Every change between two rows; where nothing is scraped between them, the latter."""
    if not len(scrapes.within(before[0], after[0] - 1)):
        yield after
        return
    selector = f"opd_link_info{{{asker.source},link={quoted(link)}}}[{after[0] - before[0]}ms]"
    shown = f'opd_link_info{{{asker.source},link="$link"}}'
    seen: dict[str, dict[int, Identity]] = {}
    _see(seen, asker.instant("perubahan identitas tautan", selector, after[0], shown), scrapes)
    last = before[1]
    for at_ms, identity in sorted(seen.get(link, {}).items()):
        if identity != last:
            yield at_ms, identity
            last = identity
