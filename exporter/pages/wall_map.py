"""The map: every site as a shape at its place, drawn from the inventory's coordinates.

Lives here: the projection and the shapes as numbers. Must not live here: HTML, tiles, anything from another host. The
coast line is that of the dashboards (``grafana/maps``): Natural Earth, public domain.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from exporter.files import package_text
from exporter.model import Inventory
from exporter.pages.standing import Standing

__all__ = ["Map", "Mark", "draw"]

#: Units of the drawing; the page scales it.
WIDTH, HEIGHT, _MARGIN = 1000.0, 620.0, 24.0

#: A province that is one point still has some ground around it, degrees.
_LEAST_SPAN = 0.05

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """One site."""

    site: str
    name: str
    x: float
    y: float
    standing: Standing


@dataclass(frozen=True, slots=True)
class Map:
    """What is drawn, the worst last so that it lies on top."""

    marks: tuple[Mark, ...]
    coast: tuple[str, ...]  #: values of ``points`` of polylines
    width: float = WIDTH
    height: float = HEIGHT


def draw(inventory: Inventory, by_site: Mapping[str, Standing]) -> Map:
    """The sites that have a standing."""
    sites = [inventory.sites[site] for site in by_site]
    if not sites:
        return Map((), ())
    place = _projection([(site.lon, site.lat) for site in sites])
    marks = []
    for site in sites:
        x, y = place((site.lon, site.lat))
        marks.append(Mark(site.id, site.name, round(x, 1), round(y, 1), by_site[site.id]))
    lines = (" ".join(f"{x:.0f},{y:.0f}" for x, y in map(place, line)) for line in _coast())
    return Map(tuple(sorted(marks, key=lambda mark: mark.standing)), tuple(lines))


def _projection(points: Sequence[Point]) -> Callable[[Point], Point]:
    """Equirectangular, true at the middle latitude, as large as the drawing allows, centred."""
    lons, lats = zip(*points, strict=True)
    west, east, south, north = min(lons), max(lons), min(lats), max(lats)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    wide, high = max((east - west) * shrink, _LEAST_SPAN), max(north - south, _LEAST_SPAN)
    scale = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / high)

    def place(point: Point) -> Point:
        x = WIDTH / 2 + (point[0] - (west + east) / 2) * shrink * scale
        return x, HEIGHT / 2 - (point[1] - (south + north) / 2) * scale

    return place


@cache
def _coast() -> tuple[tuple[Point, ...], ...]:
    """Lines of the coast."""
    found = json.loads(package_text("pages/pantai.geojson"))
    return tuple(tuple((lon, lat) for lon, lat in each["geometry"]["coordinates"]) for each in found["features"])
