"""A map: outlines from a file of ours, points at the coordinates of the answer.

Lives here: Mercator's projection, outlines, points. Must not live here: what is asked, colours (``values``).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from grafana.pictures.content import Content
from grafana.pictures.frames import Cell, Frame, PictureError
from grafana.pictures.panels.legend import legend_below
from grafana.pictures.sheet import Box, Sheet
from grafana.pictures.values import TEXT, colour_of, range_of

__all__ = ["draw"]

#: Where the files lie that Grafana serves.
_MAPS = Path(__file__).parents[2] / "maps"

_TILE_PX = 256  #: the whole world at zoom 0

Settings = Mapping[str, Any]


def draw(sheet: Sheet, box: Box, content: Content) -> None:
    """Every layer of outlines, then every layer of points. Raises PictureError for an outline that is not there."""
    layers: Sequence[Settings] = content.options.get("layers") or []
    points = [point for layer in layers if layer.get("type") == "markers" for point in _points(layer, content)]
    legend = sorted({(colour, words): value for *_, colour, words, value in points}.items(), key=lambda each: each[1])
    box = legend_below(sheet, box, [(words, colour) for (colour, words), _ in legend])
    axes = sheet.axes(box)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
    _look(axes, box, content.options.get("view") or {}, points)
    for layer in layers:
        if layer.get("type") == "geojson":
            _outline(axes, layer)
    for lat, lon, size, colour, _, _ in sorted(points, key=lambda point: point[2]):
        axes.plot(lon, _mercator(lat), "o", color=colour, markersize=size * 0.9, markeredgewidth=0, alpha=0.85)


def _mercator(lat: float) -> float:
    """Latitude as Mercator's degrees, as long there as those of longitude."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


#: Latitude, longitude, pixels, colour, word and value of a point.
Point = tuple[float, float, float, str, str, float]


def _points(layer: Settings, content: Content) -> Iterator[Point]:
    where, style = layer.get("location") or {}, (layer.get("config") or {}).get("style") or {}
    size = style.get("size") or {}
    for frame in content.frames:
        lats = _column(frame, str(where.get("latitude") or "lat"))
        lons = _column(frame, str(where.get("longitude") or "lon"))
        field = frame.named(str((style.get("color") or {}).get("field") or "")) or next(iter(frame.numbers()), None)
        of = content.settings(frame, field) if field else {}
        least, most = range_of(of, most=1.0)
        for lat, lon, value in zip(lats, lons, field.values if field else (None,) * frame.rows, strict=True):
            if isinstance(lat, float) and isinstance(lon, float):
                shown = content.shown(value, of)
                share = (value - least) / (most - least) if isinstance(value, float) and most > least else 0.0
                small, large = float(size.get("min") or 5), float(size.get("max") or size.get("fixed") or 8)
                fixed = colour_of(str((style.get("color") or {}).get("fixed") or "text"))
                yield (
                    lat,
                    lon,
                    small + min(1.0, max(0.0, share)) * (large - small),
                    shown.colour or fixed,
                    shown.text,
                    value if isinstance(value, float) else math.inf,
                )


def _column(frame: Frame, name: str) -> tuple[Cell, ...]:
    found = frame.named(name)
    return found.values if found else ()


def _look(axes: Axes, box: Box, view: Settings, points: Sequence[Point]) -> None:
    """Where the panel says; around the points when it says nothing."""
    if view.get("lat") and view.get("zoom"):
        lat, lon, degrees = float(view["lat"]), float(view["lon"]), 360 / (_TILE_PX * 2 ** float(view["zoom"]))
        across, down = box.width * degrees / 2, box.height * degrees / 2
        axes.set_xlim(lon - across, lon + across)
        axes.set_ylim(_mercator(lat) - down, _mercator(lat) + down)
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
    colour = colour_of(str((style.get("color") or {}).get("fixed") or TEXT))
    limits = axes.get_xlim(), axes.get_ylim()
    for lines, is_area in _shapes(document):
        xs, ys = [point[0] for point in lines], [_mercator(point[1]) for point in lines]
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
