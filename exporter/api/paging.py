"""Long lists by pages.

Lives here: which rows stand on a page. Must not live here: what a row says. Rows come by id and a page begins after the
last id of the one before, so that an inventory that is reloaded between two pages repeats and skips nothing that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from exporter.api.shapes import Named, Schema, identifier, integer, listing, maybe, record, unix_time

__all__ = ["page", "page_schema"]


class Row(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """The id."""
        ...


R = TypeVar("R", bound=Row)


def page_schema(name: str, of: str, row: Schema) -> Named:
    """The schema of one page; ``of`` is the key of its rows."""
    fields: Mapping[str, Schema] = {
        "taken_unix_s": unix_time("The moment of which it speaks"),
        "all": integer("Rows of all pages together"),
        "next_cursor": maybe(identifier("`cursor` of the next page; null: this is the last")),
        of: listing("The rows of this page, by id", row),
    }
    return Named(name, record("One page", fields))


def page(
    rows: Iterable[R], query: Mapping[str, Any], brief: Callable[[R], dict[str, Any]]
) -> tuple[list[Any], Any, int]:
    """The rows that ``cursor`` and ``limit`` ask for in short, the next cursor, and how many rows there are in all."""
    ordered = sorted(rows, key=lambda each: each.id)
    after, limit = query.get("cursor", ""), query["limit"]
    left = [each for each in ordered if each.id > after]
    shown = left[:limit]
    return [brief(each) for each in shown], shown[-1].id if len(left) > limit else None, len(ordered)
