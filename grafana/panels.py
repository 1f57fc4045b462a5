"""Panels of each kind with what all of them have: data source, time zone, no value, colours.

Lives here: one function for each kind of panel. Must not live here: tables (``tables``), where a panel stands
(``layout``), what it asks (``boards``). The library sets no reference, number or data source; ``layout`` does.

Every panel has a title and a description, which says in Indonesian what question it answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from grafana_foundation_sdk.builders import bargauge, heatmap, stat, statetimeline, text, timeseries
from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import prometheus as prometheus_builders
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common, prometheus
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import heatmap as heatmap_models
from grafana_foundation_sdk.models import text as text_models

from grafana import theme

__all__ = [
    "NOTHING",
    "SOURCE",
    "Panel",
    "Query",
    "Steps",
    "bars",
    "density",
    "lines",
    "link_to",
    "note",
    "number",
    "query",
    "steps",
    "timeline",
]

#: A panel before it has its place.
Panel = Builder[models.Panel]

#: From which value on which colour; the first has no value.
Steps = Sequence[tuple[float | None, str]]

#: The data source of every panel: the dashboard's variable.
SOURCE = common.DataSourceRef(type_val="prometheus", uid="${datasource}")

NOTHING = "Tidak ada data"


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and how a series of the answer is called."""

    expr: str
    legend: str = ""


def query(
    asked: Query, place: int, *, instant: bool, form: prometheus.PromQueryFormat
) -> prometheus_builders.Dataquery:
    """The target, with the reference A, B, … by its place."""
    target = (
        prometheus_builders.Dataquery().ref_id(chr(ord("A") + place)).datasource(SOURCE).expr(asked.expr).format(form)
    )
    target = target.instant() if instant else target.range()
    return target.legend_format(asked.legend) if asked.legend else target


def steps(of: Steps, *, filled: bool = True) -> builders.ThresholdsConfig:
    """Thresholds in absolute values; where they colour words and not the ground, in colours that can be read there."""
    return (
        builders.ThresholdsConfig()
        .mode(models.ThresholdsMode.ABSOLUTE)
        .steps(
            [
                models.Threshold(value=value, color=colour if filled or colour != theme.UP else theme.MUTED)
                for value, colour in of
            ]
        )
    )


def link_to(title: str, url: str) -> builders.DashboardLink:
    """A link from a value: ``/d/UID?var-link=${__field.labels.link}``; the time range goes along."""
    joint = "&" if "?" in url else "?"
    return builders.DashboardLink(title).url(f"{url}{joint}${{__url_time_range}}")


def _colours(mode: models.FieldColorModeId, fixed: str | None = None) -> builders.FieldColor:
    colours = builders.FieldColor().mode(mode)
    return colours.fixed_color(fixed) if fixed else colours


def _last() -> common_builders.ReduceDataOptions:
    return common_builders.ReduceDataOptions().calcs(["lastNotNull"]).values(False)


def _instant(queries: Sequence[Query]) -> list[prometheus_builders.Dataquery]:
    return [
        query(each, place, instant=True, form=prometheus.PromQueryFormat.TIME_SERIES)
        for place, each in enumerate(queries)
    ]


def _ranges(queries: Sequence[Query]) -> list[prometheus_builders.Dataquery]:
    return [
        query(each, place, instant=False, form=prometheus.PromQueryFormat.TIME_SERIES)
        for place, each in enumerate(queries)
    ]


def number(
    title: str,
    description: str,
    *queries: Query,
    unit: str,
    of: Steps = ((None, theme.TEXT),),
    mappings: Sequence[models.ValueMapping] = (),
    decimals: int | None = None,
    filled: bool = False,
    nothing: str = NOTHING,
    links: Sequence[builders.DashboardLink] = (),
    orientation: common.VizOrientation = common.VizOrientation.AUTO,
    spark: bool = False,
    overrides: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> stat.Panel:
    """Large figures of now; several series stand side by side. ``filled`` colours the ground instead of the figure.

    ``overrides`` are properties of single series by their name, for what has another unit than the rest.
    """
    panel = (
        stat.Panel()
        .title(title)
        .description(description)
        .targets(list(_ranges(queries) if spark else _instant(queries)))
        .unit(unit)
        .thresholds(steps(of, filled=filled))
        .color_scheme(_colours(models.FieldColorModeId.THRESHOLDS))
        .mappings(list(mappings if filled else theme.inked(mappings)))
        .no_value(nothing)
        .color_mode(common.BigValueColorMode.BACKGROUND_SOLID if filled else common.BigValueColorMode.VALUE)
        .graph_mode(common.BigValueGraphMode.AREA if spark else common.BigValueGraphMode.NONE)
        .text_mode(common.BigValueTextMode.VALUE_AND_NAME if len(queries) > 1 else common.BigValueTextMode.AUTO)
        .reduce_options(_last())
        .orientation(orientation)
        .data_links(list(links))
    )
    for name, properties in overrides.items():
        known = dict(properties)
        if not filled and "mappings" in known:
            known["mappings"] = theme.inked(cast("list[models.ValueMapping]", known["mappings"]))
        values = [models.DynamicConfigValue(id_val=key, value=value) for key, value in known.items()]
        panel.override_by_name(name, values)
    return panel if decimals is None else panel.decimals(decimals)


def lines(
    title: str,
    description: str,
    *queries: Query,
    unit: str,
    decimals: int | None = None,
    lowest: float | None = None,
    highest: float | None = None,
    of: Steps = (),
    stacked: bool = False,
    interval: str = "",
    legend: bool = True,
    colours: Sequence[tuple[str, str]] = (),
    links: Sequence[builders.DashboardLink] = (),
    nothing: str = NOTHING,
) -> timeseries.Panel:
    """Curves over time; a gap stays a gap. ``of`` draws thresholds as lines; ``colours`` by a series' name."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .targets(list(_ranges(queries)))
        .unit(unit)
        .no_value(nothing)
        .color_scheme(_colours(models.FieldColorModeId.FIXED, theme.SERIES[0]))
        .line_width(2)
        .fill_opacity(60 if stacked else 8)
        .span_nulls(False)
        .show_points(common.VisibilityMode.AUTO)
        .legend(
            common_builders.VizLegendOptions()
            .show_legend(legend)
            .display_mode(common.LegendDisplayMode.LIST)
            .placement(common.LegendPlacement.BOTTOM)
            .calcs([])
        )
        .tooltip(
            common_builders.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING)
        )
        .max_data_points(600)
        .data_links(list(links))
    )
    if stacked:
        panel.stacking(common_builders.StackingConfig().mode(common.StackingMode.NORMAL).group("A"))
    if of:
        panel.thresholds(steps(of)).thresholds_style(
            common_builders.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED)
        )
    for place, each in enumerate(queries):
        # Grafana's own palettes have red beside green: a query has a colour of ours, its series shades of it.
        mode = "shades" if "{{" in each.legend else "fixed"
        colour = theme.SERIES[place % len(theme.SERIES)]
        panel.override_by_query(
            chr(ord("A") + place),
            [models.DynamicConfigValue(id_val="color", value={"mode": mode, "fixedColor": colour})],
        )
    for name, colour in colours:
        panel.override_by_name(
            name, [models.DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})]
        )
    return _limited(panel, decimals, lowest, highest, interval)


def _limited(
    panel: timeseries.Panel, decimals: int | None, lowest: float | None, highest: float | None, interval: str
) -> timeseries.Panel:
    if decimals is not None:
        panel.decimals(decimals)
    if lowest is not None:
        panel.min(lowest)
    if highest is not None:
        panel.max(highest)
    return panel.interval(interval) if interval else panel


def timeline(
    title: str,
    description: str,
    *queries: Query,
    mappings: Sequence[models.ValueMapping] | None = None,
    interval: str = "",
    rows: int = 20,
    links: Sequence[builders.DashboardLink] = (),
) -> statetimeline.Panel:
    """States over time, one line for each series; by default the codes of ``alert_rules.now``."""
    panel = (
        statetimeline.Panel()
        .title(title)
        .description(description)
        .targets(list(_ranges(queries)))
        .unit("none")
        .no_value(NOTHING)
        .mappings(list(theme.states() if mappings is None else mappings))
        .thresholds(steps(theme.STATES))
        .color_scheme(_colours(models.FieldColorModeId.THRESHOLDS))
        .merge_values(True)
        .show_value(common.VisibilityMode.AUTO)
        .align_value(common.TimelineValueAlignment.LEFT)
        .fill_opacity(85)
        .line_width(0)
        .row_height(0.85)
        .per_page(rows)
        .legend(
            common_builders.VizLegendOptions()
            .show_legend(True)
            .display_mode(common.LegendDisplayMode.LIST)
            .placement(common.LegendPlacement.BOTTOM)
            .calcs([])
        )
        .max_data_points(600)
        .data_links(list(links))
    )
    return panel.interval(interval) if interval else panel


def density(title: str, description: str, asked: Query, *, unit: str, interval: str = "") -> heatmap.Panel:
    """How often which value, by time: the buckets of a histogram. ``asked`` sums by ``le``."""
    panel = (
        heatmap.Panel()
        .title(title)
        .description(description)
        .targets([query(Query(asked.expr, "{{le}}"), 0, instant=False, form=prometheus.PromQueryFormat.HEATMAP)])
        .unit(unit)
        .no_value(NOTHING)
        .calculate(False)
        .cell_gap(1)
        .color(
            heatmap.HeatmapColorOptions()
            .mode(heatmap_models.HeatmapColorMode.SCHEME)
            .scheme("Cividis")
            .fill(theme.MUTED)
            .scale(heatmap_models.HeatmapColorScale.EXPONENTIAL)
            .exponent(0.5)
            .steps(64)
            .reverse(False)
        )
        .y_axis(heatmap.YAxisConfig().unit(unit).axis_placement(common.AxisPlacement.LEFT))
        .exemplars_color(theme.PLANNED)
        .max_data_points(300)
    )
    return panel.interval(interval) if interval else panel


def bars(
    title: str,
    description: str,
    asked: Query,
    *,
    unit: str,
    of: Steps = ((None, theme.MUTED),),
    decimals: int | None = None,
    lowest: float | None = 0,
    highest: float | None = None,
    links: Sequence[builders.DashboardLink] = (),
) -> bargauge.Panel:
    """One bar for each series, as of now; sort in the query (``sort_desc``, ``topk``)."""
    panel = (
        bargauge.Panel()
        .title(title)
        .description(description)
        .targets(list(_instant([asked])))
        .unit(unit)
        .no_value(NOTHING)
        .thresholds(steps(of))
        .color_scheme(_colours(models.FieldColorModeId.THRESHOLDS))
        .display_mode(common.BarGaugeDisplayMode.BASIC)
        .value_mode(common.BarGaugeValueMode.TEXT)
        .orientation(common.VizOrientation.HORIZONTAL)
        .name_placement(common.BarGaugeNamePlacement.LEFT)
        .reduce_options(_last())
        .data_links(list(links))
    )
    if lowest is not None:
        panel.min(lowest)
    if highest is not None:
        panel.max(highest)
    return panel if decimals is None else panel.decimals(decimals)


def note(title: str, description: str, markdown: str) -> text.Panel:
    """Words, for what no query can say."""
    return text.Panel().title(title).description(description).mode(text_models.TextMode.MARKDOWN).content(markdown)
