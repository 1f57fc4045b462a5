"""Values as JSON knows them.

Lives here: moments, shares and counts by standing. Must not live here: documents, the present time. None where nobody
knows; never NaN.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from exporter.api.shapes import Named, integer, ratio, record
from exporter.pages.standing import Standing

__all__ = ["COUNTS", "STANDINGS", "counts", "ratio_of", "unix_s", "worst"]

#: The five, the best first.
STANDINGS = tuple(standing.key for standing in Standing)

_MEANINGS = {
    Standing.UP: "in order",
    Standing.DEGRADED: "in use, but losing, slow, or on what is left of its lines",
    Standing.UNKNOWN: "not measured: neither up nor down",
    Standing.PLANNED: "down while planned work runs",
    Standing.DOWN: "down",
}

COUNTS = Named(
    "Counts",
    record(
        "How many stand how; the five add up to `all`",
        {
            **{standing.key: integer(_MEANINGS[standing]) for standing in Standing},
            "all": integer("Of all five"),
            "coverage_ratio": ratio("Share of all that is measured, that is, not `unknown`; null where there are none"),
        },
    ),
)


def unix_s(unix_ns: int | None) -> float | None:
    """Nanoseconds as seconds; None for none, and for the 0 that columns have for it."""
    return unix_ns / 1e9 if unix_ns else None


def ratio_of(part: float, whole: float) -> float | None:
    """The share; None of nothing."""
    return min(part / whole, 1.0) if whole > 0 else None


def counts(standings: Iterable[Standing]) -> dict[str, Any]:
    """How many stand how, by ``COUNTS``."""
    found = Counter(standings)
    whole = found.total()
    return {
        **{standing.key: found[standing] for standing in Standing},
        "all": whole,
        "coverage_ratio": ratio_of(whole - found[Standing.UNKNOWN], whole),
    }


def worst(standings: Iterable[Standing]) -> str | None:
    """The worst of them; None of none."""
    found = max(standings, default=None)
    return None if found is None else found.key
