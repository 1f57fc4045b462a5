"""What a scenario adds to the inventory: planned work, whose times count from the start of the scenario.

Lives here: the name and the text of one more inventory file. Must not live here: writing it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import count

from exporter.rehearsal.schema import MaintenanceRecord

__all__ = ["free_name", "maintenance_text"]

#: Keys of a scenario that go into the inventory as they are.
_COPIED = ("id", "author", "reason", "approval")


def free_name(taken: Collection[str]) -> str:
    """A name for the file that none of the inventory's files has, ``taken``."""
    names = (f"gladi-maintenance{f'-{number}' if number > 1 else ''}.yml" for number in count(1))
    return next(name for name in names if name not in taken)


def maintenance_text(works: Sequence[MaintenanceRecord], start: datetime, speed: float) -> str:
    """An inventory file with ``works``; ``start`` is the beginning of the scenario, with its zone."""
    return json.dumps({"version": "1", "maintenance": [_entry(work, start, speed) for work in works]}) + "\n"


def _entry(work: MaintenanceRecord, start: datetime, speed: float) -> dict[str, object]:
    entry: dict[str, object] = {key: getattr(work, key) for key in _COPIED}
    entry |= {key: list(getattr(work, key)) for key in ("links", "sites", "providers") if getattr(work, key)}
    return entry | {"starts": _instant(start, work.starts / speed), "ends": _instant(start, work.ends / speed)}


def _instant(start: datetime, after_s: float) -> str:
    """To the second, for an inventory knows no smaller part."""
    return (start + timedelta(seconds=after_s)).replace(microsecond=0).isoformat()
