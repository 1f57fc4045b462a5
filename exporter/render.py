"""A snapshot as the text of ``/metrics``, except what the process knows of itself.

Lives here: the order of the page, and the cache of prepared text. Must not live here: HTTP, clocks,
prometheus_client. Pure: the same snapshot gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from exporter import calendars
from exporter.catalogue import FAMILIES, family
from exporter.exposition import Exposition, header
from exporter.metric_family import Family, Subject
from exporter.model import Inventory
from exporter.recurrence import PlannedWork
from exporter.render_beside import BesideText
from exporter.render_echo import ECHO_COLUMNS, FLAG, OUTAGE, PreparedFamily, outage_numbers
from exporter.render_inventory import inventory_families
from exporter.render_outage import outage_families
from exporter.render_planned import planned_families
from exporter.render_prober import prober_families
from exporter.snapshot import EchoColumns, Snapshot

__all__ = ["Renderer"]


class Renderer:
    """Renders snapshots one at a time; keeps the prepared text of the last inventory it saw."""

    def __init__(self) -> None:
        """Start without prepared text."""
        self._prepared: PreparedText | None = None
        self._beside = BesideText()

    def pieces(self, snapshot: Snapshot, exposition: Exposition) -> Iterator[bytes]:
        """The page in pieces of at most a few hundred kB, without the end mark of OpenMetrics."""
        if self._prepared is None or self._prepared.inventory is not snapshot.inventory:
            self._prepared = PreparedText(snapshot.inventory)
        for each, samples in self._prepared.families(snapshot):
            yield header(each, exposition)
            yield from samples
        for each, samples in self._beside.families(snapshot.beside):
            yield header(each, exposition)
            yield from samples


class PreparedText:
    """Everything about one inventory's text that no scrape changes."""

    def __init__(self, inventory: Inventory) -> None:
        """Write the label text of every target once."""
        self.inventory = inventory
        self._static = inventory_families(inventory)
        self._links = _prepare_echoes(Subject.LINK, tuple(inventory.links))
        self._references = _prepare_echoes(Subject.REFERENCE, tuple(inventory.reference_targets))
        flags = (each for each in FAMILIES if each.subject is Subject.LINK and each.stem in _FLAGS)
        self._flags = [PreparedFamily(each, FLAG, tuple(inventory.links)) for each in flags]
        self._planned = PlannedWork(inventory.maintenance.values())
        self._outage = PreparedFamily(family("opd_link_outage"), OUTAGE, tuple(inventory.links))

    def families(self, snapshot: Snapshot) -> Iterator[tuple[Family, Iterable[bytes]]]:
        """Each family with its samples, in the order of the page."""
        assert snapshot.links.keys == tuple(self.inventory.links)
        assert len(snapshot.outages.scope) == len(self.inventory.links)
        assert snapshot.references.keys == tuple(self.inventory.reference_targets)
        yield from ((each, (samples,)) for each, samples in self._static)
        yield from _filled(self._links, snapshot.links)
        yield from self._filled_flags(snapshot.taken_unix_ns)
        yield self._outage.family, self._outage.fill(outage_numbers(snapshot.outages.scope))
        yield from ((each, (samples,)) for each, samples in outage_families(snapshot.outages))
        planned = planned_families(self._planned, snapshot.taken_unix_ns)
        yield from ((each, (samples,)) for each, samples in planned)
        yield from _filled(self._references, snapshot.references)
        yield from ((each, (samples,)) for each, samples in prober_families(snapshot))

    def _filled_flags(self, unix_ns: int) -> Iterator[tuple[Family, Iterable[bytes]]]:
        for prepared in self._flags:
            flags = _FLAGS[prepared.family.stem](self.inventory, unix_ns)
            yield prepared.family, prepared.fill(flags.astype(np.int64)[:, None])


#: 0/1 gauges of links that follow from the inventory and the hour.
_FLAGS = {"maintenance": calendars.maintenance, "service_hours": calendars.service_hours}


def _prepare_echoes(subject: Subject, keys: tuple[str, ...]) -> list[PreparedFamily]:
    families = (each for each in FAMILIES if each.subject is subject and each.stem in ECHO_COLUMNS)
    return [PreparedFamily(each, ECHO_COLUMNS[each.stem].lines, keys) for each in families]


def _filled(prepared: list[PreparedFamily], columns: EchoColumns) -> Iterator[tuple[Family, Iterable[bytes]]]:
    for each in prepared:
        column = ECHO_COLUMNS[each.family.stem]
        present = None if column.present is None else column.present(columns)
        yield each.family, each.fill(column.numbers(columns), present)
