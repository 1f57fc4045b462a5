"""A map of places that needs nothing from the internet: an empty ground, a coast line from a file of ours, points.

Lives here: the map's layers. Must not live here: other panels (``panels``), the coast line itself (``maps/``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import geomap
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common, prometheus
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import geomap as geomap_models

from grafana import theme
from grafana.panels import NOTHING, Query, Steps, link_to, query, steps

__all__ = ["COAST", "EMPTY_TILE", "places"]

#: Where Grafana serves our files (``docker-compose.yml`` mounts them there).
COAST = "public/maps/pantau/jawa-barat.geojson"
EMPTY_TILE = "public/maps/pantau/kosong.png"

#: The middle of the province, and how near it is looked at.
_LATITUDE, _LONGITUDE, _ZOOM = -6.88, 107.62, 8.4


def places(
    title: str,
    description: str,
    asked: Query,
    *,
    what: str = "Keadaan",
    mappings: Sequence[models.ValueMapping] | None = None,
    of: Steps = theme.STATES,
    sized: bool = True,
    links: tuple[tuple[str, str], ...] = (),
) -> geomap.Panel:
    """Points at ``lat`` and ``lon``, coloured by code, by default of states; ``asked`` has both as labels.

    ``what`` is what the code is of, ``mappings`` its words, ``of`` its colours; ``sized``: the larger the code, the
    larger the point.
    """
    return (
        geomap.Panel()
        .title(title)
        .description(description)
        .targets([query(asked, 0, instant=True, form=prometheus.PromQueryFormat.TABLE)])
        .transformations(list(_transformations(what)))
        .unit("none")
        .no_value(NOTHING)
        .min(0)
        .max(len(of) - 1)
        .mappings(list(theme.states() if mappings is None else mappings))
        .thresholds(steps(of))
        .color_scheme(builders.FieldColor().mode(models.FieldColorModeId.THRESHOLDS))
        .data_links([link_to(name, url) for name, url in links])
        .view(_View())
        .controls(geomap.ControlsOptions().show_zoom(False).mouse_wheel_zoom(False).show_attribution(False))
        .basemap(_layer("xyz", "Dasar", {"url": EMPTY_TILE, "attribution": ""}))
        .layers([_coast(), _points(what, sized=sized)])
        .tooltip(geomap.TooltipOptions().mode(geomap_models.TooltipMode.DETAILS))
    )


def _transformations(what: str) -> list[models.DataTransformerConfig]:
    number = {"destinationType": "number"}
    return [
        # Labels are text, and a map wants numbers.
        models.DataTransformerConfig(
            id_val="convertFieldType",
            options={"fields": {}, "conversions": [{"targetField": "lat", **number}, {"targetField": "lon", **number}]},
        ),
        models.DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": {"Time": True},
                "indexByName": {},
                "renameByName": {"name": "Lokasi", "kabkota_name": "Kabupaten/kota", "Value": what},
            },
        ),
    ]


class _View(Builder[geomap_models.MapViewConfig]):
    """Where the map looks. The library takes whole degrees only; Grafana reads decimals."""

    def build(self) -> geomap_models.MapViewConfig:
        view = geomap_models.MapViewConfig(id_val="coords")
        view.lat, view.lon, view.zoom = cast("int", _LATITUDE), cast("int", _LONGITUDE), cast("int", _ZOOM)
        return view


def _layer(kind: str, name: str, config: object) -> common_builders.MapLayerOptions:
    return common_builders.MapLayerOptions().type(kind).name(name).config(config)


def _coast() -> common_builders.MapLayerOptions:
    style = {"color": {"fixed": theme.UNKNOWN}, "opacity": 0.15, "lineWidth": 1}
    return _layer("geojson", "Garis pantai", {"src": COAST, "rules": [], "style": style}).tooltip(tooltip=False)


def _points(what: str, *, sized: bool) -> common_builders.MapLayerOptions:
    size = {"fixed": 6, "min": 5, "max": 14}
    style = {
        "color": {"field": what, "fixed": theme.UNKNOWN},
        "size": {"field": what, **size} if sized else size,
        "symbol": {"fixed": "img/icons/marker/circle.svg", "mode": "fixed"},
        "opacity": 0.9,
    }
    where = common_builders.FrameGeometrySource().mode(common.FrameGeometrySourceMode.COORDS).latitude("lat")
    return (
        _layer("markers", "Lokasi", {"showLegend": True, "style": style})
        .location(where.longitude("lon"))
        .tooltip(tooltip=True)
    )
