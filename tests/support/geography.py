"""Distances on the map, computed another way than the exporter does.

Lives here: an approximation that holds within a province. Must not live here: anything of the package.
"""

from __future__ import annotations

from math import cos, hypot, radians

__all__ = ["distance_km"]


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two ``(lat, lon)`` in degrees, as on a flat map; right within 1 % up to 300 km."""
    north = (one[0] - other[0]) * 111.2
    east = (one[1] - other[1]) * 111.2 * cos(radians((one[0] + other[0]) / 2))
    return hypot(north, east)
