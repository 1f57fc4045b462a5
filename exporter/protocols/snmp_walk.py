"""A walk through one column of a table: where it goes on, and where it ends.

Lives here: rows that are taken, and the checks that end every walk: the column's end, identifiers that do not increase,
a cap. Must not live here: requests.
"""

from __future__ import annotations

from collections.abc import Iterable

from exporter.protocols.snmp import Value

__all__ = ["FIRST_REPETITIONS", "ColumnWalk", "WalkError"]

#: Rows in one answer at first; some 30 bytes each, well within one datagram of 1,400 bytes.
FIRST_REPETITIONS = 25


class WalkError(Exception):
    """The device answers a walk in a way that would never end, or not within the cap."""


def _parts(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


class ColumnWalk:
    """One walk."""

    def __init__(self, root: str, most: int) -> None:
        """Walk below ``root``, over ``most`` rows at the most."""
        self._root = _parts(root)
        self._most = most
        self._last = self._root
        self.rows: list[tuple[str, Value]] = []
        self.done = False

    @property
    def next_from(self) -> str:
        """The identifier after which the next request asks."""
        return ".".join(map(str, self._last))

    def take(self, rows: Iterable[tuple[str, Value]]) -> None:
        """Take the rows of one answer; ``done`` is set at the column's end. Raises WalkError."""
        empty = True
        for oid, value in rows:
            empty = False
            parts = _parts(oid)
            if parts[: len(self._root)] != self._root or value is None:
                self.done = True
                return
            if parts <= self._last:
                raise WalkError("the identifiers that it answers do not increase")
            if len(self.rows) == self._most:
                raise WalkError(f"it has more than {self._most} rows")
            self._last = parts
            self.rows.append((oid, value))
        self.done = empty
