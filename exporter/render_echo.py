"""The families of links and reference targets, written from columns.

Lives here: which column feeds which family, and the prepared text. Must not live here: the order of
the page, HTTP, any decision. No object is made per sample: the lines of a few hundred targets are one
prepared bytes template, filled by one ``%`` with integers straight from the columns. Nanoseconds are
written as two integers, seconds and nine digits, so no float comes near them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exporter.exposition import escape, sample
from exporter.metric_family import Family
from exporter.outcome import Reason, State
from exporter.scope import Scope
from exporter.snapshot import EchoColumns, Int64s
from exporter.thresholds import RTT_BUCKETS_S

__all__ = ["ECHO_COLUMNS", "FLAG", "OUTAGE", "Column", "PreparedFamily", "outage_numbers"]

#: Targets filled by one ``%``: its C code holds the interpreter lock, and 128 targets with 17 numbers
#: each take about 0.15 ms, far below what the measuring thread could notice.
TARGETS_PER_CHUNK = 128

#: Stands for the target's id while a line is prepared; no id is ever searched for it.
PLACEHOLDER = "\0"

COUNT = "%d"
SECONDS = "%d.%09d"
NS_PER_S = 1_000_000_000

Presence = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Line:
    """One sample of each target within a family."""

    number: str  #: how the value is written, ``COUNT`` or ``SECONDS``
    suffix: str = ""  #: added to the family's name
    labels: tuple[tuple[str, str], ...] = ()  #: after the target's own label


@dataclass(frozen=True, slots=True)
class Column:
    """How one family comes out of the columns."""

    lines: tuple[Line, ...]
    numbers: Callable[[EchoColumns], Int64s]  #: (n, k): the integers of one target's lines, in order
    present: Callable[[EchoColumns], Presence] | None = None  #: (n,), where a value exists; None: everywhere


def seconds(ns: Int64s) -> Int64s:
    """(n, 2k): whole seconds and the nanoseconds beyond them, for each of (n, k) values."""
    pairs = np.stack(np.divmod(ns, NS_PER_S), axis=-1)
    return pairs.reshape(ns.shape[0], 2 * ns.shape[1])


def rtt_numbers(columns: EchoColumns) -> Int64s:
    """(n, bounds + 4): cumulative buckets, the count, and the sum in two parts."""
    cumulative = np.cumsum(columns.rtt_buckets, axis=1)
    return np.hstack([cumulative, cumulative[:, -1:], seconds(columns.rtt_sum_ns[:, None])])


def state_numbers(columns: EchoColumns) -> Int64s:
    """(n, states): 1 in the column of the present state."""
    return np.asarray(columns.state[:, None] == np.arange(len(State)), np.int64)


def counter(numbers: Callable[[EchoColumns], Int64s]) -> Column:
    """A plain counter from a (n,) column."""
    return Column((Line(COUNT, "_total"),), lambda columns: numbers(columns)[:, None])


def timestamp(unix_ns: Callable[[EchoColumns], Int64s]) -> Column:
    """A timestamp from a (n,) column in which 0 means that there is none."""
    return Column(
        (Line(SECONDS),),
        lambda columns: seconds(unix_ns(columns)[:, None]),
        lambda columns: unix_ns(columns) > 0,
    )


RTT_LINES = (
    *(Line(COUNT, "_bucket", (("le", bound),)) for bound in (*map(repr, RTT_BUCKETS_S), "+Inf")),
    Line(COUNT, "_count"),
    Line(SECONDS, "_sum"),
)

#: Every family that comes from columns, by its stem in the catalogue; ``icmp_only`` is of links alone.
ECHO_COLUMNS = {
    "echo_attempts": counter(lambda columns: columns.attempts),
    "echo_replies": counter(lambda columns: columns.replies),
    "echo_lost": counter(lambda columns: columns.lost),
    "echo_unmeasured": Column(
        tuple(Line(COUNT, "_total", (("reason", reason),)) for reason in Reason),
        lambda columns: columns.unmeasured,
    ),
    "echo_late": counter(lambda columns: columns.late),
    "echo_duplicates": counter(lambda columns: columns.duplicates),
    "icmp_errors": counter(lambda columns: columns.icmp_errors),
    "rtt_seconds": Column(RTT_LINES, rtt_numbers),
    "rtt_variation_seconds": Column(
        (Line(SECONDS, "_total"),),
        lambda columns: seconds(columns.rtt_variation_ns[:, None]),
    ),
    "state": Column(tuple(Line(COUNT, labels=(("state", state),)) for state in State), state_numbers),
    "state_seconds": Column(
        tuple(Line(SECONDS, "_total", (("state", state),)) for state in State),
        lambda columns: seconds(columns.state_ns),
    ),
    "state_changed_timestamp_seconds": timestamp(lambda columns: columns.changed_unix_ns),
    "icmp_only": Column((Line(COUNT),), lambda columns: columns.icmp_only.astype(np.int64)[:, None]),
    "last_probe_timestamp_seconds": timestamp(lambda columns: columns.last_probe_unix_ns),
}

#: A 0/1 gauge; its numbers are given, not read from columns.
FLAG = (Line(COUNT),)

#: One 0/1 gauge for each scope; its numbers are ``outage_numbers``.
OUTAGE = tuple(Line(COUNT, labels=(("scope", scope),)) for scope in Scope)


def outage_numbers(scope: NDArray[np.int8]) -> Int64s:
    """(n, scopes): 1 in the column of the scope that explains the link; -1 has none."""
    return np.asarray(scope[:, None] == np.arange(len(Scope)), np.int64)


def row(pattern: str, key: str) -> bytes:
    """The lines of one target, ready for ``%``; a percent sign in the key is made harmless."""
    return pattern.replace(PLACEHOLDER, escape(key).replace("%", "%%")).encode("utf-8", "replace")


class PreparedFamily:
    """The text of one family for a fixed list of targets, with gaps for the numbers."""

    def __init__(self, family: Family, lines: tuple[Line, ...], keys: tuple[str, ...]) -> None:
        """Prepare ``lines`` for every key, in the order of ``keys``."""
        self.family = family
        pattern = b"".join(
            sample(family.name + line.suffix, ((family.labels[0], PLACEHOLDER), *line.labels), line.number)
            for line in lines
        ).decode()
        starts = range(0, len(keys), TARGETS_PER_CHUNK)
        self._pattern, self._keys = pattern, keys
        self._chunks = [self._template(keys[start : start + TARGETS_PER_CHUNK]) for start in starts]

    def fill(self, numbers: Int64s, present: Presence | None = None) -> Iterator[bytes]:
        """The samples, a chunk at a time; targets that are not ``present`` have no line."""
        for index, template in enumerate(self._chunks):
            chunk = slice(index * TARGETS_PER_CHUNK, (index + 1) * TARGETS_PER_CHUNK)
            if present is None or present[chunk].all():
                yield template % tuple(numbers[chunk].ravel().tolist())
            else:
                yield self._fill_some(chunk, numbers[chunk], present[chunk])

    def _fill_some(self, chunk: slice, numbers: Int64s, present: Presence) -> bytes:
        keys = tuple(key for key, there in zip(self._keys[chunk], present.tolist(), strict=True) if there)
        return self._template(keys) % tuple(numbers[present].ravel().tolist())

    def _template(self, keys: tuple[str, ...]) -> bytes:
        return b"".join(row(self._pattern, key) for key in keys)
