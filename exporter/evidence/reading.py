"""A month out of Prometheus: from its scrapes to every link's time and outages.

Lives here: the order of reading, and how its parts are joined. Must not live here: HTTP (``prometheus``), what scrapes
tell (``points``), contracts. Raw samples of all links would be thousands of millions; what is read instead is said in
``refining``.
"""

from __future__ import annotations

from collections.abc import Callable

from exporter.evidence.answers import Client, PrometheusError
from exporter.evidence.asking import Asker
from exporter.evidence.causes import read_causes
from exporter.evidence.identities import read_identities
from exporter.evidence.lacks import lacks_of
from exporter.evidence.looking import by_minute, by_scrape, hourly, rows_of
from exporter.evidence.measured import MeasuredMonth
from exporter.evidence.period import HOUR_MS, Month
from exporter.evidence.presences import link_of, outages_in, spans_of, stations_of
from exporter.evidence.refining import refined
from exporter.evidence.scraping import chosen_instance, read_scrapes
from exporter.evidence.surroundings import read_announced, read_source
from exporter.evidence.totals import read_totals

__all__ = ["FOLLOWED_MS", "read_month"]

#: Outages that last over the end of the month are followed so long, and no pack is made before: another day's run must
#: not know more. A pack is due from 06.00 WIB of the first working day (``due``), which may be the first day of all.
FOLLOWED_MS = 6 * HOUR_MS


def read_month(
    client: Client, month: Month, *, job: str, instance: str, now_ms: int, progress: Callable[[str], None]
) -> MeasuredMonth:
    """Everything that is known of ``month``. Raises PrometheusError, and UsageError for an unclear instance."""
    until_ms, end_ms = min(month.end_ms + FOLLOWED_MS, now_ms), min(month.end_ms, now_ms)
    chosen = chosen_instance(client, month, job, instance, until_ms)
    asker = Asker(client, chosen.matchers)
    progress("membaca waktu pengambilan data")
    scrapes = read_scrapes(asker, month.start_ms, until_ms)
    if not len(scrapes.good_ms):
        raise PrometheusError(f"{client.place}: no scrape of {chosen.matchers} in {month} was answered")
    rows = rows_of(scrapes, month.start_ms, until_ms)
    identities = read_identities(asker, rows, scrapes, month.start_ms, until_ms)
    progress(f"membaca keadaan {len(identities.links)} tautan")
    grid = hourly(asker, rows, identities.links, scrapes, (month.start_ms, until_ms))
    progress("membaca perubahan keadaan")
    found = refined(grid, scrapes.borders(), (by_minute(asker, scrapes), by_scrape(asker, scrapes)))
    span = (month.start_ms, end_ms)
    spans = [each for link in found for each in spans_of(link, found[link], identities, scrapes, span)]
    stations = stations_of(scrapes, spans, span)
    progress("membaca jumlah gema")
    starts = [scrape for scrape, _ in scrapes.starts]
    totals = read_totals(asker, stations, starts)
    progress("membaca penyebab gangguan")
    outages = {link: outages_in(presences) for link, presences in found.items()}
    causes = read_causes(asker, scrapes, outages, month.start_ms, until_ms)
    measured = (link_of(each, causes.of(each.identity.link, outages[each.identity.link]), totals) for each in spans)
    links = tuple(sorted(measured, key=lambda each: (each.identity.link, each.from_ms)))
    gaps = scrapes.gaps(month.start_ms, end_ms)
    announced = read_announced(asker, month.start_ms, end_ms)
    source = read_source(asker, client, chosen, stations, starts, span)
    return MeasuredMonth(
        start_ms=month.start_ms,
        end_ms=month.end_ms,
        read_until_ms=int(scrapes.good_ms[-1]),
        links=links,
        gaps=gaps,
        restarts_ms=tuple(start for _, start in scrapes.starts if month.start_ms <= start < month.end_ms),
        announced=announced,
        source=source,
        queries=asker.queries(),
        shortcomings=lacks_of(asker.failures, scrapes, gaps, links, span),
    )
