"""What every account of a month needs beside the measured time, looked up once.

Lives here: hours of sites, planned work of links, corrections of outages, by their keys. Must not live here: judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exporter.evidence.accounts import Correction
from exporter.evidence.hours import service_spans
from exporter.evidence.measured import MeasuredMonth
from exporter.evidence.period import Month
from exporter.evidence.planned import announced_spans, planned_spans
from exporter.evidence.spans import Spans
from exporter.model import Inventory

__all__ = ["CORRECTION_REACH_MS", "Ground", "ground_of"]

#: A correction means the outage that began within so many milliseconds of what it says: people copy the time from a
#: list that shows whole seconds, and no link falls twice within a second.
CORRECTION_REACH_MS = 1_000


@dataclass(frozen=True, slots=True)
class Ground:
    """One month, one inventory, one ledger."""

    month: Month
    inventory: Inventory
    site_hours: Mapping[str, Spans]  #: when each site of the inventory is open
    planned: Mapping[str, Spans]  #: by link
    announced: Mapping[str, Spans]  #: by link; widened by what the exporter's word is exact to
    corrections: Mapping[str, tuple[Correction, ...]]  #: by link, in the ledger's order

    def hours_of(self, site: str) -> Spans:
        """When a site is open; never, if the inventory does not know it."""
        return self.site_hours.get(site, ())

    def corrections_of(self, link: str, start_ms: int) -> tuple[Correction, ...]:
        """Those that mean the outage of ``link`` that began at ``start_ms``."""
        of_link = self.corrections.get(link, ())
        return tuple(each for each in of_link if abs(each.start_ms - start_ms) <= CORRECTION_REACH_MS)


def ground_of(
    month: Month, inventory: Inventory, measured: MeasuredMonth, corrections: tuple[Correction, ...]
) -> Ground:
    """Everything looked up; each calendar is walked through once."""
    start, end = month.start_ms, month.end_ms
    hours = {
        key: service_spans(calendar, start, end, inventory.holidays) for key, calendar in inventory.calendars.items()
    }
    by_link: dict[str, list[Correction]] = {}
    for each in corrections:
        by_link.setdefault(each.link, []).append(each)
    return Ground(
        month=month,
        inventory=inventory,
        site_hours={site.id: hours[site.hours] for site in inventory.sites.values()},
        planned=planned_spans(inventory.maintenance.values(), start, end),
        announced=announced_spans(measured.announced),
        corrections={link: tuple(entries) for link, entries in by_link.items()},
    )
