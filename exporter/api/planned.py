"""Planned work that runs or comes.

Lives here: the list, and who is under it. Must not live here: when work recurs (``recurrence``), persons: who signs for
work stands in the inventory and on its papers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from exporter.api.asked import Asked
from exporter.api.shapes import Named, flag, identifier, listing, record, text, unix_time
from exporter.api.view import View
from exporter.recurrence import PlannedWork

__all__ = ["MAINTENANCE", "PLANNED", "maintenance_document", "planned_of"]

PLANNED = Named(
    "PlannedWork",
    record(
        "Planned work that is not over: as it runs, or else as it comes next",
        {
            "id": identifier("The window in the inventory"),
            "reason": text("What is done"),
            "approval": text("The paper that allows it"),
            "running": flag("It runs now"),
            "recurring": flag("It comes again, at hours of the week"),
            "starts_unix_s": unix_time("When it began, or will begin"),
            "ends_unix_s": unix_time("When it will end; half-open"),
            "last_unix_s": unix_time("When it ends for good; the same as `ends_unix_s` unless it recurs"),
            "links": listing("Links that are under it", identifier("A link")),
        },
    ),
)

MAINTENANCE = Named(
    "Maintenance",
    record(
        "Planned work",
        {
            "taken_unix_s": unix_time("The moment of which it speaks"),
            "maintenance": listing("What runs or comes, by its beginning", PLANNED),
        },
    ),
)


def maintenance_document(asked: Asked) -> dict[str, Any]:
    """The document of ``MAINTENANCE``."""
    return {
        "taken_unix_s": asked.view.taken_unix_s,
        "maintenance": planned_of(asked.view, asked.view.inventory.links),
    }


def planned_of(view: View, links: Iterable[str]) -> list[dict[str, Any]]:
    """What runs or comes on any of the links, of which only these are named; the first to begin first."""
    wanted = frozenset(links)
    found = PlannedWork(view.inventory.maintenance.values()).at(view.snapshot.taken_unix_ns)
    documents = [
        {
            "id": window.id,
            "reason": window.reason,
            "approval": window.approval,
            "running": runs,
            "recurring": bool(window.weekly),
            "starts_unix_s": times.starts.timestamp(),
            "ends_unix_s": times.ends.timestamp(),
            "last_unix_s": window.ends.timestamp(),
            "links": sorted(window.links & wanted),
        }
        for window, times, runs in found
        if not wanted.isdisjoint(window.links)
    ]
    return sorted(documents, key=lambda each: (each["starts_unix_s"], each["id"]))
