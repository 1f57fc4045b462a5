"""The page of an exporter over its lives, as Prometheus keeps it: every series that evidence reads, sample by sample.

Lives here: from histories of links to stored series. Must not live here: queries, judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from exporter.beside import Cause
from exporter.evidence.measured import Identity
from exporter.thresholds import RTT_BUCKETS_S
from tests.support.exporter_history import Life
from tests.support.fake_prometheus import Stored

__all__ = ["INSTANCE", "Link", "identity", "stored"]

INSTANCE = "127.0.0.1:9715"
_TARGET = {"job": "pantau", "instance": INSTANCE}
_STATES = ("up", "degraded", "down", "unknown")
_NAN = float("nan")


def identity(link: str, *, contract: str = "ktr-1") -> Identity:
    """Of an invented link."""
    return Identity(link, f"Kantor {link}", link[0], "dinas-a", "kota-a", "penyedia-a", contract, "primary", "1")


@dataclass(frozen=True)
class Link:
    """One link: how it fared in each life of the exporter, and what it was called from when on."""

    lives: tuple[Life, ...]
    names: tuple[tuple[int, Identity], ...]
    leaves_ms: int | None = None
    causes: Mapping[int, Cause] = field(
        default_factory=dict
    )  #: by the start of an outage; final a minute after its end
    announced: tuple[tuple[int, int], ...] = ()


def stored(links: Sequence[Link], asked_ms: Sequence[int], versions: Sequence[str] = ("0.6.0",)) -> list[Stored]:
    """What Prometheus has after it asked at those instants; exporters that do not run do not answer.

    The lives of the first link are those of the exporter; links that appear later have later beginnings.
    """
    kept: dict[tuple[tuple[str, str], ...], dict[int, float]] = {}

    def put(at_ms: int, name: str, value: float, /, **labels: str) -> None:
        kept.setdefault(tuple(sorted({"__name__": name, **_TARGET, **labels}.items())), {})[at_ms] = value

    good = []
    for at_ms in asked_ms:
        runs = [number for number, each in enumerate(links[0].lives) if each.start_ms <= at_ms < each.end_ms]
        put(at_ms, "up", float(bool(runs)))
        if not runs:
            continue
        good.append(at_ms)
        put(at_ms, "process_start_time_seconds", links[0].lives[runs[0]].start_ms / 1000)
        put(at_ms, "opd_exporter_build_info", 1, version=versions[min(runs[0], len(versions) - 1)])
        put(at_ms, "opd_exporter_inventory_info", 1, digest=str(runs[0]) * 64)
        put(at_ms, "opd_exporter_stalls_total", float((at_ms - links[0].lives[runs[0]].start_ms) // 3_600_000))
        for link in links:
            _put_link(link, at_ms, put)
    return [Stored(dict(labels), *_columns(samples, asked_ms)) for labels, samples in sorted(kept.items())]


def _columns(samples: Mapping[int, float], asked_ms: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Samples, and a mark of staleness at the first scrape without one."""
    times, values, was_there = [], [], False
    for at_ms in asked_ms:
        if at_ms in samples or was_there:
            times.append(at_ms)
            values.append(samples.get(at_ms, _NAN))
        was_there = at_ms in samples
    return np.array(times, np.int64), np.array(values, np.float64)


def _put_link(link: Link, at_ms: int, put: Callable[..., None]) -> None:
    life = next((each for each in link.lives if each.start_ms <= at_ms < each.end_ms), None)
    if life is None or (link.leaves_ms is not None and at_ms >= link.leaves_ms):
        return
    name = [each for since_ms, each in link.names if since_ms <= at_ms][-1]
    labels = {key: getattr(name, key) for key in Identity.__dataclass_fields__}
    put(at_ms, "opd_link_info", 1, **labels)
    point, spent = life.point(at_ms), life.spent_ms(at_ms)
    state, who = life.shown(at_ms)[-1].state, name.link
    for each in _STATES:
        put(at_ms, "opd_link_state", float(each == state), link=who, state=each)
        put(at_ms, "opd_link_state_seconds_total", spent[each] / 1000, link=who, state=each)
    put(at_ms, "opd_link_state_changed_timestamp_seconds", point.changed_ms / 1000, link=who)
    put(at_ms, "opd_link_maintenance", float(any(a <= at_ms < b for a, b in link.announced)), link=who)
    if point.last_start_ms is not None:
        put(at_ms, "opd_link_last_outage_start_timestamp_seconds", point.last_start_ms / 1000, link=who)
        is_final = point.last_end_ms is not None and at_ms > point.last_end_ms + 60_000
        cause = link.causes.get(point.last_start_ms, Cause.UNKNOWN) if is_final else Cause.UNKNOWN
        for one in Cause:
            put(at_ms, "opd_link_outage_cause", float(one is cause), link=who, cause=one)
        put(at_ms, "opd_link_outage_cause_pending", float(not is_final), link=who)
    if point.last_end_ms is not None:
        put(at_ms, "opd_link_last_outage_end_timestamp_seconds", point.last_end_ms / 1000, link=who)
    replies = (spent["up"] + spent["degraded"]) // 1000
    put(at_ms, "opd_link_echo_replies_total", replies, link=who)
    put(at_ms, "opd_link_echo_lost_total", spent["down"] // 1000, link=who)
    put(at_ms, "opd_link_echo_unmeasured_total", spent["unknown"] // 1000, link=who, reason="uplink")
    put(at_ms, "opd_link_echo_unmeasured_total", 0, link=who, reason="stall")
    for bound in (*RTT_BUCKETS_S, None):
        count = 0 if bound is not None and bound < 0.01 else replies // 2 if bound == 0.01 else replies
        put(at_ms, "opd_link_rtt_seconds_bucket", count, link=who, le="+Inf" if bound is None else repr(bound))
