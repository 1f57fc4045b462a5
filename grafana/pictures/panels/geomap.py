"""A map: outlines from a file of ours, points at the coordinates of the answer.

Lives here: Mercator's projection, outlines, points. Must not live here: what is asked, colours and words
(``grafana.shown``).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from grafana.pictures.content import Content, PictureError
from grafana.pictures.panels.legend import legend_below
from grafana.pictures.sheet import TEXT, Box, Sheet
from grafana.shown import Column

__all__ = ["draw", "mercator"]

#: Where the files lie that Grafana serves.
_MAPS = Path(__file__).parents[2] / "maps"

_TILE_PX = 256  #: the whole world at zoom 0

Settings = Mapping[str, Any]


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """Outlines, then points, the worst on top. Raises PictureError for what is not there."""
    layers: Sequence[Settings] = content.options.get("layers") or []
    points = [point for layer in layers if layer.get("type") == "markers" for point in _points(layer, content)]
    points.sort(key=lambda point: point.value)
    axes = sheet.axes(box)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
    _look(axes, box, content.options.get("view") or {}, points)
    for layer in layers:
        if layer.get("type") == "geojson":
            _outline(axes, layer)
    legend_below(sheet, box.within(6, 4), list({point.words: point.colour for point in points}.items()))
    for point in points:
        size = point.size_px * 72 / 100
        axes.plot(point.lon, mercator(point.lat), "o", color=point.colour, ms=size, mew=0, alpha=0.9)


def mercator(lat: float) -> float:
    """Latitude as Mercator's degrees, as long there as those of longitude."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


@dataclass(frozen=True, slots=True)
class _Point:
    """A place on the map."""

    lat: float
    lon: float
    size_px: float
    colour: str
    words: str
    value: float


def _points(layer: Settings, content: Content) -> Iterator[_Point]:
    """The rows with coordinates; their size goes from least to most by the value, as the layer says."""
    where, style = layer.get("location") or {}, (layer.get("config") or {}).get("style") or {}
    size = style.get("size") or {}
    small, large = float(size.get("min") or 5), float(size.get("max") or size.get("fixed") or 8)
    least, most = content.limits(most=1.0)
    for frame in content.frames:
        by_name = {column.name: column for column in frame}
        lats, lons = (by_name.get(str(where.get(name) or name[:3])) for name in ("latitude", "longitude"))
        field: Column | None = by_name.get(str((style.get("color") or {}).get("field")))
        if not (lats and lons and field):
            raise PictureError(f"a column of the map is missing among {', '.join(by_name)}")
        rows = zip(lats.values, lons.values, field.values, field.texts, field.colours, strict=True)
        for lat, lon, value, words, colour in rows:
            share = min(1.0, max(0.0, (float(value or 0) - least) / (most - least)))
            px = small + share * (large - small)
            if lat is not None and lon is not None:
                yield _Point(float(lat), float(lon), px, _hex(colour), words, float(value or 0))


def _hex(colour: object) -> str:
    return colour if isinstance(colour, str) and colour.startswith("#") else TEXT


def _look(axes: Axes, box: Box, view: Settings, points: Sequence[_Point]) -> None:
    """Where the panel says; around the points when it says nothing."""
    if view.get("lat") and view.get("zoom"):
        lat, lon, degrees = float(view["lat"]), float(view["lon"]), 360 / (_TILE_PX * 2 ** float(view["zoom"]))
        across, down = box.width * degrees / 2, box.height * degrees / 2
        axes.set_xlim(lon - across, lon + across)
        axes.set_ylim(mercator(lat) - down, mercator(lat) + down)
        return
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.1)
    axes.set_autoscale_on(bool(points))


def _outline(axes: Axes, layer: Settings) -> None:
    config = layer.get("config") or {}
    path = _MAPS / Path(str(config.get("src") or "")).name
    style = config.get("style") or {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PictureError(f"outline {config.get('src')!r}: {error}") from error
    colour = _hex((style.get("color") or {}).get("fixed"))
    limits = axes.get_xlim(), axes.get_ylim()
    for lines, is_area in _shapes(document):
        xs, ys = [point[0] for point in lines], [mercator(point[1]) for point in lines]
        axes.plot(xs, ys, color=colour, linewidth=0.9, alpha=0.8)
        if is_area:
            axes.fill(xs, ys, color=colour, alpha=float(style.get("opacity") or 0.1), linewidth=0)
    axes.set_xlim(limits[0])
    axes.set_ylim(limits[1])


def _shapes(document: Settings) -> Iterator[tuple[Sequence[Sequence[float]], bool]]:
    """Every line of a GeoJSON document, and whether it goes around an area."""
    for feature in document.get("features") or []:
        geometry = feature.get("geometry") or {}
        found = geometry.get("coordinates") or []
        match geometry.get("type"):
            case "LineString":
                yield found, False
            case "MultiLineString":
                yield from ((line, False) for line in found)
            case "Polygon":
                yield from ((ring, True) for ring in found)
            case "MultiPolygon":
                yield from ((ring, True) for area in found for ring in area)
