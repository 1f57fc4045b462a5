"""An order in which the first few are a sample over all groups.

Lives here: that order. Must not live here: what the groups are, how many are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

__all__ = ["spread"]

T = TypeVar("T")


def spread(items: Iterable[T], group: Callable[[T], str]) -> list[T]:
    """``items`` in turns, one of each group at a time; within a group their order stays.

    The groups come in the order of their first items.
    """
    turns: dict[str, int] = {}
    ranked = []
    for item in items:
        name = group(item)
        turns[name] = turns.get(name, -1) + 1
        ranked.append((turns[name], item))
    return [item for _, item in sorted(ranked, key=lambda pair: pair[0])]
