"""The days on which the government's offices are closed: public holidays and days of joint leave (cuti bersama).

Lives here: what the library ``holidays`` says of Indonesia, a year at a time. Must not live here: offices, hours,
and the days that an inventory corrects (``calendars``).
"""

from __future__ import annotations

from datetime import date
from functools import cache

from holidays import GOVERNMENT, PUBLIC, country_holidays

__all__ = ["public_holidays"]


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The holidays of a year, as the library knows them; joint leave only once it was decreed.

    Source: joint decrees of three ministers (SKB), as kept by https://pypi.org/project/holidays.
    """
    return frozenset(country_holidays("ID", years=year, categories=(PUBLIC, GOVERNMENT)))
