"""The days on which Indonesia is closed: public holidays and joint leave, year by year.

Lives here: what the PyPI package ``holidays`` knows. Must not live here: hours, and what a decree of the
inventory says against it (``calendars``). A year is computed once, for it is asked for at each scrape.

Source: the joint decrees of three ministers (SKB), as the package has them.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

import holidays

__all__ = ["NationalDays", "national_days"]

#: Holidays proper, and joint leave (cuti bersama), which the package calls government holidays.
_PUBLIC, _JOINT_LEAVE = holidays.PUBLIC, holidays.GOVERNMENT


@dataclass(frozen=True, slots=True)
class NationalDays:
    """One year."""

    names: Mapping[date, str]  #: of each day that is closed, in Indonesian
    estimated: frozenset[date]  #: of these, the days that are computed and not decreed yet
    has_joint_leave: bool  #: joint leave of this year is known; the government decrees some each year


def _indonesia() -> ModuleType:
    """The package's module on Indonesia alone.

    Importing it by name imports all countries first: 10.5 MiB resident instead of 3.3 MiB, and three times as long.
    """
    path = Path(holidays.__file__).with_name("countries") / "indonesia.py"
    spec = importlib.util.spec_from_file_location("exporter._holidays_indonesia", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_INDONESIA = _indonesia().Indonesia

#: What the name of a day ends with if its date is computed from the moon.
_ESTIMATED = _INDONESIA.estimated_label.partition("%s")[2]


@cache
def national_days(year: int) -> NationalDays:
    """What is known of ``year``; nothing, for years that the package does not cover."""
    public, leave = (_names(year, category) for category in (_PUBLIC, _JOINT_LEAVE))
    names = {**leave, **public}
    return NationalDays(
        {day: name.removesuffix(_ESTIMATED) for day, name in names.items()},
        frozenset(day for day, name in names.items() if name.endswith(_ESTIMATED)),
        has_joint_leave=bool(leave),
    )


def _names(year: int, category: str) -> dict[date, str]:
    return dict(_INDONESIA(years=year, categories=(category,), language="id"))
