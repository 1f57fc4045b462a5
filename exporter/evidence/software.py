"""Which programs made a pack: the same data and the same versions give the same bytes.

Lives here: asking for versions. Must not live here: what the versions are for. Calendars and time zones are named too,
for holidays decide which hours count.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from exporter import __version__

__all__ = ["software"]

_PACKAGES = ("XlsxWriter", "holidays", "typst", "tzdata")


def software() -> Mapping[str, str]:
    """Name to version, of Python, of Pantau, and of the packages that are there."""
    found = {"pantau": __version__, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
