"""Tables: several instant queries joined by their labels, in columns with names for people.

Lives here: columns, and what Grafana has to do to the answers for them. Must not live here: other panels (``panels``).

Every query of a table answers with the same labels, for rows are joined by all of them; sum or group by just the
labels that are shown. A row that one query does not answer has an empty cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import table as table_builders
from grafana_foundation_sdk.models import common, prometheus
from grafana_foundation_sdk.models import dashboard as models

from grafana import theme
from grafana.panels import NOTHING, Query, Steps, query, steps

__all__ = ["Column", "table"]

#: Most rows, where a table says nothing else.
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a label by its name, or the value of a query by its letter (A, B, …)."""

    source: str
    title: str = ""  #: empty: hidden, for links (``${__data.fields.SOURCE}``) and sorting
    unit: str = "string"
    decimals: int | None = None
    width_px: int | None = None
    mappings: Sequence[models.ValueMapping] = ()
    of: Steps = ()  #: from which value on which colour
    filled: bool = False  #: colour the cell and not the text
    links: Sequence[tuple[str, str]] = field(default=())  #: title and address


def table(
    title: str,
    description: str,
    *queries: Query,
    columns: Sequence[Column],
    sort: str,
    descending: bool = True,
    limit: int = _LONGEST,
    nothing: str = NOTHING,
    over_time: bool = False,
) -> table_builders.Panel:
    """Rows sorted by the column of title (or, when it is hidden, of source) ``sort``, at most ``limit``.

    A hidden column has an empty title: it is there for links of the row, and to sort by. ``over_time`` asks for the
    whole time range: each step that has a value is a row, and ``Time`` is a column.
    """
    by = next(column for column in columns if sort in {column.title, column.source})
    shown_as = by.title or _field(by.source, len(queries))
    panel = (
        table_builders.Panel()
        .title(title)
        .description(description)
        .targets(
            [
                query(each, place, instant=not over_time, form=prometheus.PromQueryFormat.TABLE)
                for place, each in enumerate(queries)
            ]
        )
        .unit("string")
        .no_value(nothing)
        .thresholds(steps(((None, theme.TEXT),)))
        .cell_height(common.TableCellHeight.SM)
        .transformations(list(_transformations(len(queries), columns, shown_as, descending=descending, limit=limit)))
        .sort_by([common_builders.TableSortByFieldState().display_name(shown_as).desc(descending)])
    )
    for column in columns:
        panel.override_by_name(column.title or _field(column.source, len(queries)), list(_properties(column)))
    return panel


def _transformations(
    queries: int, columns: Sequence[Column], sort: str, *, descending: bool, limit: int
) -> Sequence[models.DataTransformerConfig]:
    names = [_field(column.source, queries) for column in columns]
    renamed = {name: column.title for name, column in zip(names, columns, strict=True) if column.title}
    by_name = {name: place for place, name in enumerate(names)}
    steps_of = [
        ("merge", {}),
        ("filterFieldsByName", {"include": {"names": names}}),
        ("organize", {"excludeByName": {}, "indexByName": by_name, "renameByName": renamed}),
        ("sortBy", {"fields": {}, "sort": [{"field": sort, "desc": descending}]}),
        ("limit", {"limitField": limit}),
    ]
    return [models.DataTransformerConfig(id_val=name, options=options) for name, options in steps_of]


def _field(source: str, queries: int) -> str:
    """The field's name as the data source gives it."""
    if len(source) > 1:
        return source
    return f"Value #{source}" if queries > 1 else "Value"


def _properties(column: Column) -> Sequence[models.DynamicConfigValue]:
    wanted: dict[str, object] = {"unit": column.unit, "noValue": "-"}
    if not column.title:
        wanted["custom.hidden"] = True
    if column.decimals is not None:
        wanted["decimals"] = column.decimals
    if column.width_px is not None:
        wanted["custom.width"] = column.width_px
    if column.mappings:
        wanted["mappings"] = list(column.mappings) if column.filled else theme.inked(column.mappings)
    if column.of:
        wanted["thresholds"] = steps(column.of, filled=column.filled).build()
        wanted["color"] = {"mode": "thresholds"}
    if column.of or column.mappings:
        wanted["custom.cellOptions"] = {"type": "color-background" if column.filled else "color-text"}
    if column.links:
        wanted["links"] = [{"title": title, "url": f"{url}&${{__url_time_range}}"} for title, url in column.links]
    return [models.DynamicConfigValue(id_val=name, value=value) for name, value in wanted.items()]
