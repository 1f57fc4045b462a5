"""The last day of one link, minute by minute, as columns.

Lives here: the columns, and what the day comes to. Must not live here: keeping minutes (``history``), drawing them. A
minute that nobody watched is null in every column, not 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exporter.api.asked import Asked
from exporter.api.shapes import Named, identifier, integer, listing, maybe, ratio, record, seconds, unix_time
from exporter.api.values import ratio_of
from exporter.outcome import State
from exporter.past import KEPT_MINUTES, Minutes, NoPast, Past

__all__ = ["MINUTES", "minutes_document"]

_MINUTE_S = 60
_UP, _DEGRADED, _DOWN, _UNKNOWN = (list(State).index(state) for state in State)

_DAY = Named(
    "Day",
    record(
        "What the minutes come to, within the last 24 hours",
        {
            "of_s": seconds("The length of the time that it speaks of"),
            "up_s": seconds("In order"),
            "degraded_s": seconds("In use, but losing or slow"),
            "down_s": seconds("Down"),
            "unknown_s": seconds("Looked at, but not measured"),
            "unwatched_s": seconds("The exporter did not run, or did not know the link"),
            "up_ratio": ratio("Share of `up_s` and `degraded_s` in the time that was measured; null: none was"),
            "coverage_ratio": ratio("Share of `of_s` that was measured: up, degraded or down"),
        },
    ),
)

MINUTES = Named(
    "Minutes",
    record(
        "The last day of a link as columns of equal length, the oldest minute first, the running one last; null in "
        "every column: nobody watched",
        {
            "taken_unix_s": unix_time("The moment of which it speaks"),
            "link": identifier("The link"),
            "first_unix_s": maybe(unix_time("When the first minute began; null: there is none yet")),
            "step_s": integer("From one row to the next, seconds"),
            "day": _DAY,
            "up_s": listing("Seconds in order", maybe(integer("Seconds"))),
            "degraded_s": listing("Seconds in use, but losing or slow", maybe(integer("Seconds"))),
            "down_s": listing("Seconds down", maybe(integer("Seconds"))),
            "unknown_s": listing("Seconds looked at, but not measured", maybe(integer("Seconds"))),
            "replies": listing("Echoes that were answered", maybe(integer("Echoes"))),
            "lost": listing("Echoes that were lost", maybe(integer("Echoes"))),
            "unmeasured": listing("Echoes that a fault of ours kept from being measured", maybe(integer("Echoes"))),
            "rtt_mean_s": listing("Mean round trip of the replies; null without one", maybe(seconds("Round trip"))),
            "loss_ratio": listing("Share of `lost` in `lost` and `replies`; null where neither", ratio("Loss")),
            "measured_ratio": listing(
                "Share of `lost` and `replies` in all three: how much `loss_ratio` stands on", ratio("Coverage")
            ),
        },
    ),
)


def minutes_document(asked: Asked) -> dict[str, Any]:
    """The document of ``MINUTES``. Raises ProblemError for a link that the inventory does not have."""
    link = asked.found("link", asked.view.inventory.links)
    minutes = _remembered(asked.past, link.id)
    states = minutes.state_s.astype(np.int64)
    watched = states.sum(axis=1) > 0
    replies, lost, unmeasured = (
        column.astype(np.int64) for column in (minutes.replies, minutes.lost, minutes.unmeasured)
    )
    return {
        "taken_unix_s": asked.view.taken_unix_s,
        "link": link.id,
        "first_unix_s": minutes.first_unix_s if len(watched) else None,
        "step_s": _MINUTE_S,
        "day": _day(minutes, states, asked.view.taken_unix_s),
        "up_s": _whole(states[:, _UP], watched),
        "degraded_s": _whole(states[:, _DEGRADED], watched),
        "down_s": _whole(states[:, _DOWN], watched),
        "unknown_s": _whole(states[:, _UNKNOWN], watched),
        "replies": _whole(replies, watched),
        "lost": _whole(lost, watched),
        "unmeasured": _whole(unmeasured, watched),
        "rtt_mean_s": _shares(minutes.rtt_sum_us / 1e6, replies),
        "loss_ratio": _shares(lost, lost + replies),
        "measured_ratio": _shares(lost + replies, lost + replies + unmeasured),
    }


def _remembered(past: Past, link: str) -> Minutes:
    """Its minutes; none of a link that a reload has just brought, and that is not remembered yet."""
    try:
        return past.minutes(link)
    except KeyError:
        return NoPast().minutes(link)


def _whole(column: NDArray[np.int64], watched: NDArray[np.bool_]) -> list[int | None]:
    return [value if known else None for value, known in zip(column.tolist(), watched.tolist(), strict=True)]


def _shares(part: NDArray[Any], whole: NDArray[np.int64]) -> list[float | None]:
    """None where there is no whole, as in a minute that nobody watched."""
    return [value / of if of else None for value, of in zip(part.tolist(), whole.tolist(), strict=True)]


def _day(minutes: Minutes, states: NDArray[np.int64], taken_unix_s: float) -> dict[str, Any]:
    """Of the whole time that minutes are kept for, the running one as far as it has come."""
    last = (
        minutes.first_unix_s + _MINUTE_S * (len(states) - 1) if len(states) else taken_unix_s // _MINUTE_S * _MINUTE_S
    )
    of_s = (KEPT_MINUTES - 1) * _MINUTE_S + min(max(taken_unix_s - last, 0.0), _MINUTE_S)
    sums = states.sum(axis=0).tolist()
    used, measured = sums[_UP] + sums[_DEGRADED], sums[_UP] + sums[_DEGRADED] + sums[_DOWN]
    return {
        "of_s": of_s,
        "up_s": sums[_UP],
        "degraded_s": sums[_DEGRADED],
        "down_s": sums[_DOWN],
        "unknown_s": sums[_UNKNOWN],
        "unwatched_s": max(of_s - sum(sums), 0.0),
        "up_ratio": ratio_of(used, measured),
        "coverage_ratio": ratio_of(measured, of_s),
    }
