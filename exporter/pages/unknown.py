"""An id that leads nowhere, told apart from a mistake in this program.

Lives here: looking an id of an address up. Must not live here: what is answered (routes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

__all__ = ["UnknownIdError", "looked_up"]

T = TypeVar("T")


class UnknownIdError(Exception):
    """Nobody has that id."""


def looked_up(known: Mapping[str, T], key: str) -> T:
    """What ``key`` stands for. Raises UnknownIdError where nobody has it."""
    try:
        return known[key]
    except KeyError:
        raise UnknownIdError(key) from None
